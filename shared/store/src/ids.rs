//! Ids and random values.

use std::sync::Mutex;

use jiff::Timestamp;

/// 2020-01-01T00:00:00Z in milliseconds since 1970. The time in ids is counted from it.
const EPOCH_MS: i64 = 1_577_836_800_000;
const RANDOM_BITS: u32 = 12;
/// The highest id.
pub const LAST_ID: u64 = (1 << 53) - 1;

/// Makes ids and random bytes for one process.
///
/// An id is an integer below 2^53, so that JavaScript reads it as a number. It has 41 bits of
/// milliseconds since 2020-01-01, then 12 random bits. Within one process, ids always increase. Two
/// processes may draw the same id, so every id is protected by a conditional put.
pub struct Ids {
    last: Mutex<u64>,
    entropy: Entropy,
}

enum Entropy {
    System,
    Seeded(Mutex<u64>),
}

impl Ids {
    /// Ids from the system's random source.
    pub fn random() -> Self {
        Self::new(Entropy::System)
    }

    /// Always the same ids and bytes for the same `seed` and times. For tests only.
    pub fn seeded(seed: u64) -> Self {
        Self::new(Entropy::Seeded(Mutex::new(seed)))
    }

    /// The same, but starts at `id` if the clock is behind it.
    pub fn starting_at(mut self, id: u64) -> Self {
        self.last = Mutex::new(id.saturating_sub(1));
        self
    }

    fn new(entropy: Entropy) -> Self {
        Self {
            last: Mutex::new(0),
            entropy,
        }
    }

    /// The next id at `now`. It is above every id that this process has made.
    pub fn next(&self, now: Timestamp) -> u64 {
        let mut random = [0u8; 2];
        self.fill(&mut random);
        let random = u64::from(u16::from_le_bytes(random)) & ((1 << RANDOM_BITS) - 1);
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        *last = (first_at(now) | random).max(*last + 1);
        *last
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    fn fill(&self, bytes: &mut [u8]) {
        match &self.entropy {
            Entropy::System => {
                // Without the system's random source, nothing here is safe.
                if getrandom::fill(bytes).is_err() {
                    std::process::abort();
                }
            }
            Entropy::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(|e| e.into_inner());
                for chunk in bytes.chunks_mut(8) {
                    // splitmix64
                    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                    let mut z = *state;
                    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                    for (byte, value) in chunk.iter_mut().zip((z ^ (z >> 31)).to_le_bytes()) {
                        *byte = value;
                    }
                }
            }
        }
    }
}

/// The lowest id that can be made at `time`.
fn first_at(time: Timestamp) -> u64 {
    let millis = u64::try_from(time.as_millisecond() - EPOCH_MS).unwrap_or(0) & ((1 << 41) - 1);
    millis << RANDOM_BITS
}

/// The time at which `id` was made, to the millisecond.
pub fn made_at(id: u64) -> Timestamp {
    let ms = i64::try_from(id >> RANDOM_BITS).unwrap_or(0);
    Timestamp::from_millisecond(ms + EPOCH_MS).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_stay_below_2_53_and_tell_their_time() {
        let ids = Ids::random();
        let now: Timestamp = "2026-11-21T08:00:00.123Z".parse().unwrap();
        let mut last = 0;
        for _ in 0..10_000 {
            let id = ids.next(now);
            assert!(id > last && id < 1 << 53);
            last = id;
        }
        assert_eq!(made_at(Ids::random().next(now)), now);
        let end: Timestamp = "2089-09-01T00:00:00Z".parse().unwrap();
        assert!(Ids::random().next(end) < 1 << 53);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_take_ids_back() {
        let ids = Ids::seeded(1);
        let late = ids.next("2026-01-01T00:00:01Z".parse().unwrap());
        let early = ids.next("2026-01-01T00:00:00Z".parse().unwrap());
        assert!(early > late);
    }
}
