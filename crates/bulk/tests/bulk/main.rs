//! What rows, runs, results and plans promise together, against the sandbox. A new test goes to the file of its subject.

mod directory;
mod export;
mod plan;
mod planning;
mod results;
mod results_as_input;
