//! Reserving distinct tickets: the orders service with its database and the broker, and nothing else.

use std::time::{Duration, Instant};

use anyhow::Result;
use async_nats::jetstream;
use common::events::Stream;
use stack::Service;

use super::{Settings, reservations, supply};
use crate::{
    backlog::Backlog,
    floor::Reserving,
    generator::{Load, Outcome},
    listings,
    meter::{Meter, OWN, Usage, Watched},
    people::{Person, deal},
    report::{Report, Row},
    world::{Alone, World},
};

/// What a Node, Express and Mongoose version of this service did on two such cores.
const NODE_PER_SECOND: f64 = 424.0;
const NODE_CPU_MS: f64 = 2.4;
const WARM_UP: Duration = Duration::from_secs(2);
const WARM_UP_TICKETS: usize = 4000;
const SENT_WITHIN: Duration = Duration::from_mins(1);

struct Reserve {
    world: World,
    orders: Alone,
    jetstream: jetstream::Context,
    seller: Person,
    reserved: u64,
}

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    report.note(format!("the database is {}", world.mongodb_program()?));
    let orders = world.alone(Service::Orders).await?;
    let jetstream = jetstream::new(async_nats::connect(world.servers.nats.url()).await?);
    let seller = Person::new(&world.signer)?;
    let mut reserve = Reserve { world, orders, jetstream, seller, reserved: 0 };
    reserve.measure(settings, report).await?;
    reserve.orders.stop().await;
    reserve.world.stop().await;
    Ok(())
}

impl Reserve {
    async fn measure(&mut self, settings: &Settings, report: &mut Report) -> Result<()> {
        let (warm, _, _) = self.load(settings.most_connections(), WARM_UP, WARM_UP_TICKETS).await?;
        let backlog = Backlog::of(&self.jetstream, Stream::Orders).await?;
        let database = self.world.database(Service::Orders).await?;
        let floor = Reserving::new(self.world.client().await?, &database, backlog.newest().await?).await?;
        let floor_tickets = supply(warm.per_second() * 3.0, settings.half());
        self.floor(&floor, settings.most_connections(), WARM_UP, floor_tickets).await?;

        let mut peak = 0;
        for &connections in &settings.connections {
            let before = self.floor(&floor, connections, settings.half(), floor_tickets).await?;
            let tickets = supply(warm.per_second(), settings.time);
            let (outcome, usages, sent_after) = self.load(connections, settings.time, tickets).await?;
            let after = self.floor(&floor, connections, settings.half(), floor_tickets).await?;

            let (bare, usages_bare) = join(before, after);
            let row = Row::new("floor: bare driver reserving", connections, &bare).cost(&usages_bare, OWN);
            report.row(row, &bare);
            let row = Row::new("reserve, orders alone", connections, &outcome)
                .cost(&usages, "orders")
                .idle(self.orders.idle);
            let cpu_ms = row.cpu_ms.unwrap_or_default();
            report.row(row, &outcome);
            if outcome.ended_early(settings.time) {
                report.note(format!(
                    "reserve ×{connections}: all {} tickets were sold before its time was over",
                    outcome.count()
                ));
            }
            report.note(format!(
                "reserve ×{connections}: every event was sent {:.0} ms after the last answer",
                sent_after.as_secs_f64() * 1000.0
            ));
            peak =
                usages.iter().find(|usage| usage.name == "orders").map_or(peak, |usage| peak.max(usage.peak));

            let share = outcome.per_second() / bare.per_second();
            report.at_least(
                format!("reserve ×{connections}: share of the bare driver's rate"),
                share,
                0.6,
                "",
            );
            // One connection waits for the disk most of the time; it shows no throughput.
            if connections > 1 {
                let rate = outcome.per_second();
                report.at_least(
                    format!("reserve ×{connections}: twice Node's rate"),
                    rate,
                    2.0 * NODE_PER_SECOND,
                    "/s",
                );
                report.at_most(
                    format!("reserve ×{connections}: half Node's CPU"),
                    cpu_ms,
                    NODE_CPU_MS / 2.0,
                    " ms",
                );
            }
        }
        report.note(format!("reserve: the bare driver had to try {} transactions again", floor.retries()));
        report.memory_aims("orders", self.orders.idle, peak);
        Ok(())
    }

    /// Loads the service, and waits until it has sent what it committed. Its processor time includes that.
    async fn load(
        &mut self,
        connections: usize,
        time: Duration,
        tickets: usize,
    ) -> Result<(Outcome, Vec<Usage>, Duration)> {
        let tickets = listings::announce(&self.jetstream, &self.seller, tickets).await?;
        let requests = reservations(deal(&tickets, connections, &self.world.signer)?);
        let meter = Meter::start(&self.world.watch([&self.orders.process])?)?;
        let outcome = Load::new(self.orders.address, time, 201).run(requests).await?;
        let ended = Instant::now();
        self.reserved += outcome.count();
        let backlog = Backlog::of(&self.jetstream, Stream::Orders).await?;
        backlog.until_stored(self.reserved, SENT_WITHIN).await?;
        let sent_after = ended.elapsed();
        Ok((outcome, meter.finish()?, sent_after))
    }

    async fn floor(
        &self,
        floor: &Reserving,
        connections: usize,
        time: Duration,
        tickets: usize,
    ) -> Result<(Outcome, Vec<Usage>)> {
        let mongodb = Watched::process(self.world.servers.mongodb.process())?;
        let prepared = floor.prepare(connections, tickets).await?;
        let meter = Meter::start(&[Watched::own(), mongodb])?;
        let outcome = floor.run(prepared, time).await?;
        Ok((outcome, meter.finish()?))
    }
}

/// The two halves of a floor as one.
pub(super) fn join(
    (mut outcome, mut usages): (Outcome, Vec<Usage>),
    (second, more): (Outcome, Vec<Usage>),
) -> (Outcome, Vec<Usage>) {
    outcome.after(second);
    for usage in more {
        if let Some(own) = usages.iter_mut().find(|own| own.name == usage.name) {
            own.processor += usage.processor;
            own.peak = own.peak.max(usage.peak);
        }
    }
    (outcome, usages)
}
