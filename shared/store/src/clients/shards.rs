//! Spreads one app's list over several partitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The number of partitions over which an app's lists are spread, and the id from which it applies.
/// The history only grows, so the partition of an id can always be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shards(Vec<Epoch>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Epoch {
    since: u64,
    count: u32,
    /// When ids below `since` end, in seconds since 1970, if the ids themselves do not show the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begins: Option<i64>,
}

impl Default for Shards {
    fn default() -> Self {
        Self(vec![Epoch {
            since: 0,
            count: 1,
            begins: None,
        }])
    }
}

impl Shards {
    /// The shard that holds `id`.
    pub fn of(&self, id: u64) -> u32 {
        let count = self
            .0
            .iter()
            .rev()
            .find(|epoch| epoch.since <= id)
            .map_or(1, |epoch| epoch.count.max(1));
        (id % u64::from(count)) as u32
    }

    /// All shards that may hold items.
    pub fn all(&self) -> std::ops::Range<u32> {
        0..self.0.iter().map(|epoch| epoch.count).max().unwrap_or(1)
    }

    /// Spreads the ids from `since` on over `count` partitions, more or fewer than before. Refused
    /// (`false`) if an earlier change begins later.
    pub fn spread(&mut self, since: u64, count: u32) -> bool {
        self.push(Epoch {
            since,
            count,
            begins: None,
        })
    }

    /// The same for counted ids. At the time `begins`, unused ids below `since` are given up.
    pub fn spread_at(&mut self, since: u64, count: u32, begins: Timestamp) -> bool {
        self.push(Epoch {
            since,
            count,
            begins: Some(begins.as_second()),
        })
    }

    fn push(&mut self, epoch: Epoch) -> bool {
        let fits = self.newest() < epoch.since;
        if fits {
            self.0.push(epoch);
        }
        fits
    }

    /// The id from which the last change applies.
    pub fn newest(&self) -> u64 {
        self.0.last().map_or(0, |epoch| epoch.since)
    }

    /// The lowest id that a counter may return at `now`, as far as a change requires one.
    pub fn begun(&self, now: Timestamp) -> u64 {
        let begun = |epoch: &&Epoch| epoch.begins.is_some_and(|at| at <= now.as_second());
        let newest = self.0.iter().rev().find(begun);
        newest.map_or(0, |epoch| epoch.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_shard_when_the_count_changes() {
        let mut shards = Shards::default();
        let before: Vec<_> = (0..100).map(|id| shards.of(id)).collect();
        assert!(shards.spread(100, 4) && shards.spread(200, 2));
        assert!(!shards.spread(150, 8), "what has begun stays");
        assert_eq!(before, (0..100).map(|id| shards.of(id)).collect::<Vec<_>>());
        assert_eq!((shards.of(103), shards.of(203)), (3, 1));
        assert_eq!(shards.all(), 0..4);
    }

    #[test]
    fn a_counter_is_told_when_to_leave_out_what_is_left() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut shards = Shards::default();
        assert_eq!(shards.begun(at(1_000)), 0);
        assert!(shards.spread_at(500, 4, at(100)) && shards.spread_at(900, 8, at(200)));
        assert!(!shards.spread_at(900, 9, at(300)));
        for (now, lowest) in [(99, 0), (100, 500), (199, 500), (200, 900), (9_999, 900)] {
            assert_eq!(shards.begun(at(now)), lowest, "{now}");
        }
        assert_eq!((shards.of(499), shards.of(503), shards.of(903)), (0, 3, 7));
    }
}
