//! The cost of a request: round trips and capacity units, counted at the calls to the table.

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// Counts the calls of one request.
#[derive(Debug, Default)]
pub struct Meter(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The longest sequence of calls that have ended.
    ended: u32,
    cost: Cost,
}

/// The name, among the actions, for CPU-heavy work such as hashing a password.
pub const HEAVY: &str = "heavy work";

/// What has been counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cost {
    /// Storage round trips in sequence: the longest chain of calls of which each began after the one before had
    /// ended. Calls that begin together count once, however long each takes.
    pub round_trips: u32,
    /// Read request units, as DynamoDB reports them.
    pub read_units: f64,
    /// Write request units. DynamoDB reports none for a failed condition, which counts as one unit
    /// per item, or two in a transaction.
    pub write_units: f64,
    /// How often each API action was called, by its IAM name. [`HEAVY`] is counted, too.
    pub actions: BTreeMap<&'static str, u32>,
}

/// A running call. It ends when it is dropped.
pub(crate) struct Call<'a> {
    meter: &'a Meter,
    /// Its place in the longest sequence of calls that it may have waited for, from 1.
    place: u32,
}

impl Meter {
    /// What has been counted so far.
    pub fn cost(&self) -> Cost {
        self.state().cost.clone()
    }

    /// Counts an action that is not on the table: one on the bucket, or [`HEAVY`].
    pub fn note(&self, action: &'static str) {
        *self.state().cost.actions.entry(action).or_default() += 1;
    }

    pub(crate) fn start(&self, action: &'static str) -> Call<'_> {
        let mut state = self.state();
        let place = state.ended + 1;
        state.cost.round_trips = state.cost.round_trips.max(place);
        *state.cost.actions.entry(action).or_default() += 1;
        Call { meter: self, place }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Call<'_> {
    pub(crate) fn read(&self, consumed: Option<&ConsumedCapacity>) {
        self.meter.state().cost.read_units += units(consumed);
    }

    pub(crate) fn wrote(&self, consumed: Option<&ConsumedCapacity>) {
        self.meter.state().cost.write_units += units(consumed);
    }

    pub(crate) fn refused(&self, units: f64) {
        self.meter.state().cost.write_units += units;
    }

    /// Counts an action for which IAM needs a permission besides the one for the call.
    pub(crate) fn needs(&self, action: &'static str) {
        self.meter.note(action);
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut state = self.meter.state();
        state.ended = state.ended.max(self.place);
    }
}

fn units(consumed: Option<&ConsumedCapacity>) -> f64 {
    consumed.and_then(|c| c.capacity_units).unwrap_or_default()
}
