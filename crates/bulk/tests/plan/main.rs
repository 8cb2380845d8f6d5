//! Plans: what is decided from readings, and what a plan's file promises.
//!
//! What is said of a change goes into `changes`, of its file into `file`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod changes;
