//! Calls a second, the layers in turn: other load of the machine falls on all of them.

use std::time::Instant;

use tokio::runtime::Runtime;

use crate::layers::{NAMES, layer};
use crate::server::Server;

/// Calls that open the connections before the first round.
const WARM_UP: u32 = 3200;

/// Measures every layer and prints a table.
pub(crate) fn measure(runtime: &Runtime, calls: u32, rounds: usize) {
    let server = Server::start();
    let mut layers = NAMES.map(|name| layer(name, runtime, server.address));
    for layer in &mut layers {
        layer.run(runtime, WARM_UP);
    }
    let mut seen: [Vec<f64>; NAMES.len()] = Default::default();
    for round in 0..rounds {
        for place in 0..NAMES.len() {
            let turn = (round + place) % NAMES.len();
            let start = Instant::now();
            layers[turn].run(runtime, calls);
            seen[turn].push(f64::from(calls) / start.elapsed().as_secs_f64());
        }
    }
    print(&seen, calls, rounds);
}

fn print(seen: &[Vec<f64>; NAMES.len()], calls: u32, rounds: usize) {
    println!("{rounds} rounds of {calls} calls through each layer, medians");
    println!(
        "{:10} {:>10} {:>17} {:>12} {:>14}",
        "layer", "calls/s", "least to most", "us a call", "reqwest/layer"
    );
    let reqwest = &seen[1];
    for (name, layer) in NAMES.iter().zip(seen) {
        let ratios = reqwest.iter().zip(layer).map(|(reqwest, layer)| reqwest / layer).collect();
        let (least, calls, most) = spread(layer.clone());
        let (_, ratio, _) = spread(ratios);
        let range = format!("{least:.0} to {most:.0}");
        println!("{name:10} {calls:>10.0} {range:>17} {:>12.2} {ratio:>14.3}", 1e6 / calls);
    }
}

/// The least, the median and the most.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[0], values[values.len() / 2], values[values.len() - 1])
}
