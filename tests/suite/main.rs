//! Everything that is tested through the addresses: contracts, costs, races, real binaries.

mod faults;
mod world;

mod costs;
mod talk;
mod threads;
