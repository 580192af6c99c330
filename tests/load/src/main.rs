//! `cargo xtask bench`: how fast the market is, what that costs, and how far it is from what is possible.
//!
//! Starts real servers and services in a temporary folder, loads them over HTTP, and prints every figure beside its
//! floor and its aim. BENCHMARKS.md tells the method.

mod answer;
mod backlog;
mod connection;
mod floor;
mod generator;
mod histogram;
mod listings;
mod meter;
mod people;
mod report;
mod scenario;
mod world;

use std::{io::Write as _, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Parser, Subcommand};

use self::{
    floor::{ServeBytes, ServeGateway},
    report::{Report, say},
    scenario::{Scenario, Settings},
};

/// Measures the market under load.
#[derive(Debug, Parser)]
#[command(name = "load", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    internal: Option<Internal>,
    #[command(flatten)]
    measure: Measure,
}

/// What only this program itself asks of this program.
#[derive(Debug, Subcommand)]
enum Internal {
    #[command(hide = true)]
    ServeBytes(ServeBytes),
    #[command(hide = true)]
    ServeGateway(ServeGateway),
}

#[derive(Debug, Args)]
struct Measure {
    /// What to measure.
    #[arg(value_enum, default_value = "all")]
    scenarios: Vec<Scenario>,
    /// How long each figure is measured, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How long the whole fleet is loaded, in seconds.
    #[arg(long, default_value_t = 60)]
    fleet_seconds: u64,
    /// Connections to measure with; the fleet gets the most of them.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    connections: Vec<usize>,
    /// Listings to browse.
    #[arg(long, default_value_t = 400)]
    listings: usize,
    /// Hot tickets, one after the other.
    #[arg(long, default_value_t = 50)]
    hot_tickets: usize,
    /// Where the services' binaries are; beside this one if not given.
    #[arg(long)]
    binaries: Option<PathBuf>,
    /// Also write the report to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.internal {
        Some(Internal::ServeBytes(arguments)) => floor::serve_bytes(arguments).await.map(|()| true),
        Some(Internal::ServeGateway(arguments)) => floor::serve_gateway(arguments).await.map(|()| true),
        None => measure(arguments.measure).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures and reports. Says whether every figure can be believed; a missed aim is no failure.
async fn measure(arguments: Measure) -> Result<bool> {
    ensure!(
        arguments.seconds > 0 && arguments.fleet_seconds > 0 && !arguments.connections.contains(&0),
        "nothing can be measured in no time or over no connection"
    );
    if cfg!(debug_assertions) {
        say("warning: built without optimisation; the figures mean nothing");
    }
    let settings = Settings {
        time: Duration::from_secs(arguments.seconds),
        fleet_time: Duration::from_secs(arguments.fleet_seconds),
        connections: arguments.connections,
        listings: arguments.listings,
        hot_tickets: arguments.hot_tickets,
        binaries: arguments.binaries,
    };
    let mut report = Report::new();
    let mut failed = None;
    for scenario in arguments.scenarios {
        // What was measured before is worth telling even if the rest cannot be.
        failed = scenario.run(&settings, &mut report).await.err();
        if failed.is_some() {
            break;
        }
    }
    writeln!(std::io::stdout(), "\n{}", report.text())?;
    if let Some(file) = arguments.json {
        std::fs::write(&file, report.json()?).with_context(|| format!("writing {}", file.display()))?;
    }
    failed.map_or(Ok(report.is_sound()), Err)
}
