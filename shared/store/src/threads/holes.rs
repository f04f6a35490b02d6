//! The numbers in a thread whose roots were removed, and the arithmetic from places to numbers.

use aws_sdk_dynamodb::primitives::Blob;

use crate::id::RootNumber;

/// A sorted set of numbers, stored as the differences between neighbours in a variable-length code.
/// Most take one or two bytes, so 1,500 deletions fit in the 4 KB of one read unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holes(Vec<u64>);

impl Holes {
    /// How many numbers there are.
    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether `number` has no root.
    pub(super) fn contains(&self, number: RootNumber) -> bool {
        self.0.binary_search(&number.get()).is_ok()
    }

    /// Adds a number. Returns whether it was new.
    pub(super) fn insert(&mut self, number: RootNumber) -> bool {
        let number = number.get();
        match self.0.binary_search(&number) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, number);
                true
            }
        }
    }

    /// The number of the root at place `place`, counted from 0 over the numbers 1, 2, 3 … that are
    /// not holes.
    pub(super) fn number_at(&self, place: u64) -> RootNumber {
        // The hole with index i has hole - 1 - i live numbers before it, a count that never falls.
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let middle = (low + high) / 2;
            let live = self.0.get(middle).map(|hole| hole - 1 - middle as u64);
            if live.is_some_and(|live| live <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        RootNumber::new(place + 1 + low as u64)
    }

    /// The stored form.
    pub(super) fn encode(&self) -> Blob {
        let mut bytes = Vec::new();
        let mut last = 0;
        for &number in &self.0 {
            let mut rest = number - last;
            last = number;
            while rest > 0x7f {
                bytes.push((rest & 0x7f) as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
        }
        Blob::new(bytes)
    }

    /// Reads the stored form.
    pub(crate) fn decode(blob: &Blob) -> Self {
        let mut numbers = Vec::new();
        let (mut last, mut rest, mut shift) = (0u64, 0u64, 0u32);
        for &byte in blob.as_ref() {
            rest |= u64::from(byte & 0x7f) << shift.min(63);
            shift += 7;
            if byte & 0x80 == 0 {
                last += rest;
                numbers.push(last);
                (rest, shift) = (0, 0);
            }
        }
        Self(numbers)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_count_the_numbers_that_are_left(gone in prop::collection::btree_set(1u64..300, 0..200)) {
            let mut holes = Holes::default();
            for number in gone.iter().copied().map(RootNumber::new) {
                prop_assert!(holes.insert(number));
                prop_assert!(!holes.insert(number));
            }
            let left = (1..400).filter(|n| !gone.contains(n)).map(RootNumber::new);
            for (place, number) in left.enumerate() {
                prop_assert_eq!(holes.number_at(place as u64), number);
                prop_assert!(!holes.contains(number));
            }
        }

        #[test]
        fn what_is_stored_reads_back(numbers in prop::collection::btree_set(1u64..1 << 40, 0..100)) {
            let holes = Holes(numbers.into_iter().collect());
            prop_assert_eq!(Holes::decode(&holes.encode()), holes);
        }
    }

    #[test]
    fn a_thousand_deletions_fit_one_read_unit() {
        let numbers: BTreeSet<u64> = (0..1_500).map(|n| 1 + n * 67).collect();
        assert!(Holes(numbers.into_iter().collect()).encode().as_ref().len() < 3_500);
    }
}
