//! Spreading one app's list over several partitions.

use serde::{Deserialize, Serialize};

/// Over how many partitions an app's lists are spread, and since which id. The history only grows,
/// so an id always finds its partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shards(Vec<Epoch>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Epoch {
    since: u64,
    count: u32,
}

impl Default for Shards {
    fn default() -> Self {
        Self(vec![Epoch { since: 0, count: 1 }])
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

    /// Every shard that may hold something.
    pub fn all(&self) -> std::ops::Range<u32> {
        0..self.0.iter().map(|epoch| epoch.count).max().unwrap_or(1)
    }

    /// Spreads the ids from `since` on over `count` partitions, more or fewer than before; refused
    /// (`false`) where an earlier change begins later.
    pub fn spread(&mut self, since: u64, count: u32) -> bool {
        let fits = self.0.last().is_none_or(|epoch| epoch.since < since);
        if fits {
            self.0.push(Epoch { since, count });
        }
        fits
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
}
