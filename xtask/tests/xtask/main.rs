//! The build step: its tasks, the rules of the contract, and what is generated from a second contract.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod document;
mod public_api;
mod rules;
mod second_contract;
mod systems;
mod tasks;
