//! Everything that is tested through the addresses: contracts, costs, races, real binaries.

mod faults;
mod world;

mod admin;
mod binaries;
mod conformance;
mod costs;
mod gateway;
mod okay;
mod okay_bad_input;
mod okay_calls;
mod okay_envelope;
mod okay_fields;
mod okay_message_post;
mod okay_messages;
mod okay_moments;
mod okay_order;
mod okay_rules;
mod okay_sign;
mod okay_states;
mod qzone_addresses;
mod qzone_calls;
mod qzone_checks;
mod qzone_feeds;
mod qzone_media;
mod qzone_nonces;
mod qzone_packets;
mod qzone_page;
mod qzone_signatures;
mod snapshots;
mod talk;
mod threads;
mod xweibo_access;
mod xweibo_bad_input;
mod xweibo_calls;
mod xweibo_update;
