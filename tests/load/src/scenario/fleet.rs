//! Reserving for a minute with every service running: what the whole market sustains, and how far behind the
//! services are that only hear of it.

use std::time::Duration;

use anyhow::{Result, ensure};
use async_nats::jetstream;
use bson::{Document, doc};
use common::events::Stream;
use mongodb::Database;
use stack::{Fleet, Service};

use super::{Settings, pages::address, reservations, supply};
use crate::{
    backlog::{Backlog, CaughtUp, Watch},
    generator::{Load, Outcome},
    listings,
    meter::{Meter, Usage, Watched},
    people::{Person, deal},
    report::{Report, Row, mebibytes, millis},
    world::World,
};

const SELLERS: usize = 50;
const WARM_UP: Duration = Duration::from_secs(3);
const WARM_UP_TICKETS: usize = 4000;
const PATIENCE: Duration = Duration::from_mins(5);
/// How long after everything is done memory is looked at once more.
const REST: Duration = Duration::from_secs(5);

struct Market<'a> {
    world: &'a World,
    fleet: &'a Fleet,
    jetstream: jetstream::Context,
    sellers: Vec<Person>,
    reserved: u64,
}

/// What one sustained load came to.
struct Sustained {
    outcome: Outcome,
    usages: Vec<Usage>,
    lag: Vec<CaughtUp>,
}

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let fleet = world.fleet().await?;
    let watched = fleet.processes().map(Watched::process).collect::<Result<Vec<_>>>()?;
    let idle = resident(&watched)?;
    let jetstream = jetstream::new(async_nats::connect(world.servers.nats.url()).await?);
    let sellers = Person::several(&world.signer, SELLERS)?;
    let mut market = Market { world: &world, fleet: &fleet, jetstream, sellers, reserved: 0 };

    let connections = settings.most_connections();
    let warm = market.sustain(connections, WARM_UP, WARM_UP_TICKETS).await?;
    let tickets = supply(warm.outcome.per_second(), settings.fleet_time);
    let sustained = market.sustain(connections, settings.fleet_time, tickets).await?;
    market.check_projections().await?;
    tokio::time::sleep(REST).await;
    let rested = resident(&watched)?;

    let of_orders = watched.iter().zip(&idle).find(|(process, _)| process.name == "orders");
    let row =
        Row::new("reserve, whole fleet", connections, &sustained.outcome).cost(&sustained.usages, "orders");
    let row = match of_orders {
        Some((_, idle)) => row.idle(*idle),
        None => row,
    };
    report.row(row, &sustained.outcome);
    if sustained.outcome.ended_early(settings.fleet_time) {
        report.note("fleet: all tickets were sold before its time was over");
    }
    for lag in &sustained.lag {
        report.note(format!(
            "fleet: {} was behind by {} orders at most and by {} at the end, and had caught up {:.0} ms after it",
            lag.consumer,
            lag.most,
            lag.at_end,
            millis(lag.after)
        ));
    }
    for (process, idle) in watched.iter().zip(idle) {
        let usage = sustained.usages.iter().find(|usage| usage.name == process.name);
        report.memory_aims(&format!("fleet, {}", process.name), idle, usage.map_or(0, |usage| usage.peak));
    }
    let held = watched.iter().zip(rested);
    let held = held.map(|(process, bytes)| format!("{} {:.1} MiB", process.name, mebibytes(bytes)));
    let held = held.collect::<Vec<_>>().join(", ");
    report.note(format!("fleet: {} s after the load the services hold: {held}", REST.as_secs()));
    let servers = world.servers.all().map(|server| server.process().name());
    let held = sustained.usages.iter().filter(|usage| servers.contains(&usage.name.as_str()));
    let held = held.map(|usage| format!("{} {:.0} MiB", usage.name, mebibytes(usage.peak)));
    report
        .note(format!("fleet: under load the servers held at most: {}", held.collect::<Vec<_>>().join(", ")));
    fleet.shut_down().await;
    world.stop().await;
    Ok(())
}

impl Market<'_> {
    /// Lists tickets, then lets buyers reserve them; all processor time counts until nobody is behind any more.
    async fn sustain(&mut self, connections: usize, time: Duration, tickets: usize) -> Result<Sustained> {
        let seller = address(self.fleet, Service::Tickets)?;
        let tickets = listings::list(seller, self.sellers.clone(), tickets, 1).await?;
        let requests = reservations(deal(&tickets, connections, &self.world.signer)?);
        Backlog::of(&self.jetstream, Stream::Tickets).await?.until_read(PATIENCE).await?;
        let orders = Backlog::of(&self.jetstream, Stream::Orders).await?;
        let watch = Watch::start(&orders);
        let meter = Meter::start(&self.world.watch(self.fleet.processes())?)?;
        let load = Load::new(address(self.fleet, Service::Orders)?, time, 201);
        let outcome = load.run(requests).await?;
        self.reserved += outcome.count();
        let lag = watch.caught_up(self.reserved, PATIENCE).await?;
        Ok(Sustained { outcome, usages: meter.finish()?, lag })
    }

    /// Consumers that acknowledged everything must also have stored everything.
    async fn check_projections(&self) -> Result<()> {
        let all: [(Service, &str, Document); 3] = [
            (Service::Tickets, "tickets", doc! { "state.availability.seq": { "$gte": 1 } }),
            (Service::Expiration, "deadlines", doc! {}),
            (Service::Payments, "orders", doc! {}),
        ];
        for (service, collection, filter) in all {
            let database: Database = self.world.database(service).await?;
            let found = database.collection::<Document>(collection).count_documents(filter).await?;
            let (name, reserved) = (service.name(), self.reserved);
            ensure!(found == reserved, "{name} knows of {found} of {reserved} reservations");
        }
        Ok(())
    }
}

fn resident(processes: &[Watched]) -> Result<Vec<u64>> {
    processes.iter().map(Watched::resident).collect()
}
