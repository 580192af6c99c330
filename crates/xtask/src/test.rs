//! `test`: every check there is, in the order in which they fail fastest.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::Args;
use stack::{Backends, Persistence, Servers, Stack, tools};

use crate::{
    checkout::Checkout,
    command, exact_money,
    interrupt::Interrupt,
    k8s,
    setup::{self, Purpose},
    site::{self, toolchain},
    terminal::{self, Colour, paint, seconds},
};

/// Crates that only a server needs: `common` must stay usable from a browser, and the islands run in one.
const SERVER_CRATES: [&str; 9] =
    ["async-nats", "axum", "hyper", "mongodb", "redis", "reqwest", "rustls", "tokio", "tower-http"];

/// How much is checked.
#[derive(Args, Default)]
pub(crate) struct TestArgs {
    /// Only the crates' own tests: no lints, no licence check, nothing from the tests folder.
    #[arg(long)]
    fast: bool,
}

pub(crate) async fn test(arguments: &TestArgs, checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    let purpose = if arguments.fast { Purpose::Run } else { Purpose::Test };
    setup::ensure(purpose, interrupt).await?;
    let mut steps = Steps::default();
    let outcome = run(&mut steps, arguments, checkout, interrupt).await;
    steps.summarise(outcome.is_ok());
    outcome
}

async fn run(
    steps: &mut Steps,
    arguments: &TestArgs,
    checkout: &Checkout,
    interrupt: &Interrupt,
) -> Result<()> {
    let cargo = |line: &str| checkout.cargo(line.split_whitespace());
    if !arguments.fast {
        steps.step("format", command::run(cargo("fmt --all --check"), interrupt)).await?;
        steps.step("licences, bans, sources", command::run(deny(checkout)?, interrupt)).await?;
        steps.step("exact money", async { exact_money::check(checkout.root()) }).await?;
        steps.step("common stands alone", async { stands_alone(checkout, "common", &[]) }).await?;
        let in_the_browser = ["--no-default-features", "--features=hydrate", "--target", toolchain::TARGET];
        let islands = async { stands_alone(checkout, "islands", &in_the_browser) };
        steps.step("islands stand alone", islands).await?;
        steps.step("site", site_within_budgets(checkout, interrupt)).await?;
        let clippy = cargo("clippy --workspace --all-targets --quiet -- -D warnings");
        steps.step("clippy", command::run(clippy, interrupt)).await?;
        // The browser's half of the islands, which the workspace is built without.
        let browser =
            "clippy --package islands --lib --no-default-features --features hydrate --quiet -- -D warnings";
        steps.step("clippy, for the browser", command::run(cargo(browser), interrupt)).await?;
    }
    // Binaries and tests at once: apart, cargo would build some dependencies twice, with other features.
    steps.step("build", command::run(cargo("build --workspace --all-targets --quiet"), interrupt)).await?;

    if !arguments.fast {
        // Asks the services' binaries.
        steps.step("manifests", async { k8s::check(checkout) }).await?;
    }

    let stack = Stack::temporary()?;
    let servers = steps.step("start MongoDB, NATS and Redis", start(&stack, interrupt)).await?;
    let mut tests = tests(arguments, checkout)?;
    let Backends { mongodb_uri, nats_url, redis_url } = servers.backends();
    tests.envs([
        ("TEST_MONGODB_URI", mongodb_uri),
        ("TEST_NATS_URL", nats_url),
        ("TEST_REDIS_URL", redis_url),
    ]);
    let passed = steps.step("tests", command::run(tests, interrupt)).await;
    for server in servers.all() {
        if let Some(status) = server.process().exited() {
            let (name, tail) = (server.process().name(), server.process().tail());
            bail!("{name} stopped during the tests ({status}); its last lines were:\n{tail}");
        }
    }
    servers.stop().await;
    passed
}

async fn start(stack: &Stack, interrupt: &Interrupt) -> Result<Servers> {
    tokio::select! {
        servers = Servers::start(stack, Persistence::Ephemeral) => Ok(servers?),
        () = interrupt.wait() => bail!("interrupted"),
    }
}

fn tests(arguments: &TestArgs, checkout: &Checkout) -> Result<Command> {
    let mut tests = checkout.cargo(["test", "--workspace", "--no-fail-fast"]);
    if arguments.fast {
        tests.args(["--lib", "--bins", "--tests"]);
        for package in checkout.packages_in("tests")? {
            tests.args(["--exclude", &package]);
        }
    }
    Ok(tests)
}

fn deny(checkout: &Checkout) -> Result<Command> {
    let mut deny = Command::new(tools::CARGO_DENY.find()?);
    deny.args(["--log-level", "error", "check", "bans", "licenses", "sources"]).current_dir(checkout.root());
    Ok(deny)
}

async fn site_within_budgets(checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    let sizes = site::build(checkout, interrupt).await?;
    for line in sizes.lines() {
        terminal::say(&format!("  {line}"));
    }
    sizes.within_budgets()
}

/// Fails if what a package is built of, with these features and for this target, has a server in it.
fn stands_alone(checkout: &Checkout, package: &str, built: &[&str]) -> Result<()> {
    let mut tree = checkout.cargo(["tree", "--package", package, "--edges=normal", "--prefix=none"]);
    tree.arg("--format={p}").args(built);
    let tree = command::read(tree)?;
    let found = server_crates(&tree);
    if found.is_empty() {
        return Ok(());
    }
    bail!("`{package}` must depend on no server crate, but it does on {}", found.join(", "))
}

fn server_crates(tree: &str) -> Vec<&str> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut found: Vec<_> = names.filter(|name| SERVER_CRATES.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What has been done, for the closing line.
struct Steps {
    began: Instant,
    passed: usize,
    failed: Option<&'static str>,
}

impl Default for Steps {
    fn default() -> Self {
        Self { began: Instant::now(), passed: 0, failed: None }
    }
}

impl Steps {
    async fn step<T>(&mut self, name: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
        terminal::begin(name);
        let began = Instant::now();
        let outcome = work.await;
        if outcome.is_ok() {
            self.passed += 1;
            terminal::done(name, began.elapsed());
        } else {
            self.failed = Some(name);
            let took = paint(Colour::Grey, &seconds(began.elapsed()));
            terminal::say(&format!("{} {name} {took}", paint(Colour::Red, "✗")));
        }
        outcome
    }

    fn summarise(&self, passed: bool) {
        terminal::say(&self.summary(passed, self.began.elapsed()));
    }

    fn summary(&self, passed: bool, took: Duration) -> String {
        let (steps, took) = (self.passed, seconds(took));
        match self.failed {
            None if passed => paint(Colour::Green, &format!("passed: {steps} steps in {took}")),
            None => paint(Colour::Red, &format!("failed after {steps} steps in {took}")),
            Some(name) => {
                paint(Colour::Red, &format!("failed: {name}, after {steps} steps that passed, in {took}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_crates_are_found_in_a_tree_by_their_whole_name() {
        let tree =
            "common v0.1.0 (/market/crates/common)\njiff v0.2.16\ntokio-macros v2.0.0\nserde v1.0.0 (*)\n";
        assert!(server_crates(tree).is_empty());
        let tree = format!("{tree}tokio v1.54.0\naxum v0.8.9\ntokio v1.54.0 (*)\n");
        assert_eq!(server_crates(&tree), ["axum", "tokio"]);
    }

    #[tokio::test]
    async fn the_summary_never_calls_a_failure_passed() {
        let mut steps = Steps::default();
        steps.step("one", async { Ok(()) }).await.unwrap();
        assert!(steps.summary(true, Duration::ZERO).contains("passed: 1 steps"));
        assert!(!steps.summary(false, Duration::ZERO).contains("passed:"));
        steps.step("two", async { bail!("no") as Result<()> }).await.unwrap_err();
        assert!(steps.summary(true, Duration::ZERO).contains("failed: two"));
    }
}
