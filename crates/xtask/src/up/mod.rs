//! `up`: the whole market on this machine, from an empty checkout to one address.

mod console;
mod folder;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use stack::{Fleet, FleetOptions, Ingress, Persistence, Process, Server, Servers, Service, Stack, ports};

use self::{console::Console, folder::MarketFolder};
use crate::{
    checkout::Checkout,
    command,
    interrupt::Interrupt,
    seed,
    setup::{self, Purpose},
    site,
    terminal::{self, Colour, begin, done, paint, say},
};

const WATCH_EVERY: Duration = Duration::from_millis(200);
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// How the market is run.
#[derive(Args)]
pub(crate) struct UpArgs {
    /// The port of the market's one address.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Throw away the data of earlier runs first.
    #[arg(long)]
    fresh: bool,
    /// Build with optimisation.
    #[arg(long)]
    release: bool,
    /// How long a reservation holds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    reservation_seconds: Option<u32>,
    /// Processes of each service.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    replicas: u8,
    /// Start without demo listings.
    #[arg(long)]
    no_seed: bool,
}

pub(crate) async fn up(arguments: &UpArgs, checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    setup::ensure(Purpose::Run, interrupt).await?;
    let folder = MarketFolder::claim(checkout.root().join(".market"), arguments.fresh)?;
    if !ports::is_free(arguments.port) {
        bail!(
            "port {0} is in use: stop what listens there, or choose another with `cargo xtask up --port {1}`",
            arguments.port,
            arguments.port.checked_add(1).unwrap_or(8080)
        );
    }
    site::build(checkout, interrupt).await?;
    build_services(arguments.release, checkout, interrupt).await?;

    let console = Arc::new(Console::default());
    let lines = Arc::clone(&console);
    let stack =
        Stack::in_folder(folder.path())?.with_lines(Arc::new(move |name, line| lines.line(name, line)));
    let market = tokio::select! {
        market = start(arguments, checkout, &folder, &stack) => market.map_err(|error| not_started(&error, &folder))?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    banner(arguments, &market, &folder);
    console.show_everything();

    let outcome = tokio::select! {
        ended = market.watch() => Err(ended),
        () = interrupt.wait() => Ok(()),
    };
    console.stop_showing();
    say("");
    begin("stopping");
    let began = Instant::now();
    tokio::select! {
        () = market.stop() => done("stopped", began.elapsed()),
        () = interrupt.insisted() => say("stopping at once"),
    }
    outcome
}

/// Builds what a fleet runs.
pub(crate) async fn build_services(release: bool, checkout: &Checkout, interrupt: &Interrupt) -> Result<()> {
    begin("building the services");
    let began = Instant::now();
    let mut cargo = checkout.cargo(["build"]);
    for service in Service::ALL {
        cargo.args(["--package", service.name()]);
    }
    cargo.arg("--bins");
    if release {
        cargo.arg("--release");
    }
    command::run(cargo, interrupt).await?;
    done("built", began.elapsed());
    Ok(())
}

struct Market {
    servers: Servers,
    fleet: Fleet,
    ingress: Ingress,
}

async fn start(
    arguments: &UpArgs,
    checkout: &Checkout,
    folder: &MarketFolder,
    stack: &Stack,
) -> Result<Market> {
    let began = Instant::now();
    let servers = Servers::start(stack, Persistence::Durable).await?;
    done("MongoDB, NATS, Redis", began.elapsed());

    let began = Instant::now();
    let options = FleetOptions {
        replicas: usize::from(arguments.replicas),
        reservation_seconds: arguments.reservation_seconds,
        log_format: "pretty",
        binaries: Some(checkout.binaries(arguments.release)),
        ..FleetOptions::default()
    };
    let fleet = Fleet::start(stack, &servers.backends(), options).await?;
    done("auth, tickets, orders, expiration, payments, client", began.elapsed());

    let began = Instant::now();
    let ingress = Ingress::start(stack, Some(arguments.port), &fleet).await?;
    done("nginx", began.elapsed());
    let market = Market { servers, fleet, ingress };

    if !arguments.no_seed && !folder.is_seeded() {
        let began = Instant::now();
        let listed = seed::fill(&market.ingress.url()).await.context("could not put in the demo listings")?;
        folder.mark_seeded()?;
        done(&format!("{listed} demo listings"), began.elapsed());
    }
    Ok(market)
}

impl Market {
    fn processes(&self) -> impl Iterator<Item = &Process> {
        let servers = self.servers.all().map(Server::process);
        std::iter::once(self.ingress.process()).chain(self.fleet.processes()).chain(servers)
    }

    /// Waits for a process to end by itself, and says which.
    async fn watch(&self) -> anyhow::Error {
        loop {
            for process in self.processes() {
                if let Some(status) = process.exited() {
                    let (name, log) = (process.name(), process.log().display());
                    let tail = process.tail();
                    return anyhow::anyhow!(
                        "{name} stopped ({status}). Its last lines, all of them in {log}:\n{tail}"
                    );
                }
            }
            tokio::time::sleep(WATCH_EVERY).await;
        }
    }

    /// From the outside in: nothing is asked of a process that has gone.
    async fn stop(&self) {
        self.ingress.process().terminate(STOP_WITHIN).await;
        self.fleet.shut_down().await;
        self.servers.stop().await;
    }
}

fn not_started(error: &anyhow::Error, folder: &MarketFolder) -> anyhow::Error {
    let logs = folder.path().join("logs");
    anyhow::anyhow!(
        "{error:#}\n\nAll logs are in {}. If the data of an earlier run is to blame, `cargo xtask up --fresh` starts without.",
        logs.display()
    )
}

fn banner(arguments: &UpArgs, market: &Market, folder: &MarketFolder) {
    let backends = market.servers.backends();
    let label = |text: &str| paint(Colour::Grey, &format!("  {text:<11}"));
    say("");
    say(&format!("{}http://localhost:{}", label("market"), arguments.port));
    if !arguments.no_seed {
        for account in seed::demo_accounts() {
            say(&format!("{}{} / {}", label(account.role), account.email, account.password));
        }
        say(&format!("{}tok_visa is accepted, tok_chargeDeclined is not", label("cards")));
    }
    say(&format!("{}{}", label("MongoDB"), backends.mongodb_uri));
    say(&format!("{}{}", label("NATS"), backends.nats_url));
    say(&format!("{}{}", label("Redis"), backends.redis_url));
    for service in Service::ALL {
        say(&format!("{}{}/metrics", label(service.name()), market.fleet.admin_url(service, 0)));
    }
    say(&format!("{}{}", label("logs"), folder.path().join("logs").display()));
    say(&format!("  {}", paint(Colour::Yellow, "Ctrl-C stops everything; the data stays.")));
    terminal::say("");
}
