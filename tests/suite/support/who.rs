//! The two members of the demo data whom tests let act, by name.

use demo::{Demo, DemoMember};

/// A member of the demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who(usize);

/// The first, 小白, who has let the demo site of QZone in.
pub const BAI: Who = Who(0);
/// The second, dogstar.
pub const STAR: Who = Who(1);
pub const BOTH: [Who; 2] = [BAI, STAR];

impl Who {
    /// The two in turn: `BAI` at even numbers.
    pub fn at(number: usize) -> Self {
        BOTH[number % 2]
    }

    pub fn other(self) -> Self {
        BOTH[1 - self.0]
    }

    /// What `both` holds of this one.
    pub fn of<T>(self, both: &[T; 2]) -> &T {
        &both[self.0]
    }

    pub fn member(self, demo: &Demo) -> &DemoMember {
        &demo.members[self.0]
    }
}
