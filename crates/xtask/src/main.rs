//! The developer's and CI's one door: `cargo xtask --help`.

mod bench;
mod checkout;
mod command;
mod exact_money;
mod interrupt;
mod k8s;
mod screenshots;
mod seed;
mod setup;
mod site;
mod terminal;
mod test;
mod up;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{checkout::Checkout, interrupt::Interrupt, terminal::Colour};

/// Builds, runs and tests the ticket market.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Say which programs are missing, install them, and make what the browser loads.
    Setup,
    /// Run the whole market on this machine until Ctrl-C.
    Up(up::UpArgs),
    /// Make what the browser loads: the stylesheet and the islands' program.
    Site,
    /// Put demo listings into a running market.
    Seed(seed::SeedArgs),
    /// Check and test everything.
    Test(test::TestArgs),
    /// Check the manifests, without a cluster.
    #[command(subcommand)]
    K8s(k8s::K8sTask),
    /// What continuous integration runs: the same as test.
    Ci,
    /// Take pictures of every page, on a desktop and on a phone, light and dark.
    Screenshots(screenshots::ScreenshotsArgs),
    /// Measure: builds with optimisation and runs the load tests, which take the arguments given here.
    Bench(bench::BenchArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let interrupt = match Interrupt::listen() {
        Ok(interrupt) => interrupt,
        Err(error) => return failed(&error),
    };
    match run(arguments.task, &interrupt).await {
        Ok(()) => ExitCode::SUCCESS,
        // What a shell reports for a command ended by Ctrl-C.
        Err(_) if interrupt.requested() => ExitCode::from(130),
        Err(error) => failed(&error),
    }
}

async fn run(task: Task, interrupt: &Interrupt) -> Result<()> {
    let checkout = Checkout::find()?;
    match task {
        Task::Setup => setup::explicit(&checkout, interrupt).await,
        Task::Up(arguments) => up::up(&arguments, &checkout, interrupt).await,
        Task::Site => site::site(&checkout, interrupt).await,
        Task::Seed(arguments) => seed::seed(&arguments).await,
        Task::Test(arguments) => test::test(&arguments, &checkout, interrupt).await,
        Task::K8s(task) => k8s::k8s(&task, &checkout, interrupt).await,
        Task::Ci => test::test(&test::TestArgs::default(), &checkout, interrupt).await,
        Task::Screenshots(arguments) => screenshots::screenshots(&arguments, &checkout, interrupt).await,
        Task::Bench(arguments) => bench::bench(&arguments, &checkout, interrupt).await,
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    terminal::complain(&format!("{} {error:#}", terminal::paint(Colour::Red, "error:")));
    ExitCode::FAILURE
}
