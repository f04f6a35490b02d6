//! What calls cost, and the record that they are held against.

use crate::support::call::Reply;
use crate::support::emulator;
use crate::support::recorded::recorded;
use crate::support::world::{BASE_URL, World};

/// A sample event of `package`, as a request.
pub async fn sample(world: &World, package: &str) -> Reply {
    let mut demo = world.demo.clone();
    demo.base_url = BASE_URL.to_owned();
    world.sample(package, &demo).await
}

pub fn columns(row: &str) -> Vec<&str> {
    let row = row.trim_start_matches("| ").trim_end_matches(" |");
    row.split(" | ").collect()
}

/// What calls cost, to be recorded. The record is the README's table and what later costs are held against.
#[derive(Default)]
pub struct Table(Vec<String>);

impl Table {
    /// The first word of `name` is the operation.
    pub fn row(&mut self, name: &str, reply: Reply) {
        let is_refused = reply.body.contains("\"ret\":4")
            || reply.body.contains("\"rst\":false")
            || reply.body.contains("\"err_msg\":\"动态");
        assert!(!is_refused, "{name}: {}", reply.body);
        let cost = reply.cost;
        let (trips, reads, writes) = (cost.round_trips, cost.read_units, cost.write_units);
        let end = name.find([' ', ',']).unwrap_or(name.len());
        let (operation, rest) = name.split_at(end);
        let row = format!("| `{operation}`{rest} | {trips} | {reads} | {writes} |");
        self.0.push(row);
    }

    /// Holds the costs against the record `name`. Another DynamoDB counts fewer units for reads of several items: there
    /// nothing may cost more.
    pub fn record(self, name: &str) {
        let text = self.0.join("\n");
        if emulator::address().is_none() {
            return recorded(name, &text);
        }
        let record = generate::recorded::text(&xtask::root(), name).unwrap();
        assert_eq!(text.lines().count(), record.lines().count());
        for (row, known) in text.lines().zip(record.lines()) {
            let (row, known) = (columns(row), columns(known));
            assert_eq!(row[0], known[0]);
            for column in 1..4 {
                let [cost, most] = [row[column], known[column]].map(|n| n.parse::<f64>().unwrap());
                assert!(cost <= most, "{row:?} is above {known:?}");
            }
        }
    }
}
