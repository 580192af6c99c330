//! Many buyers after the same single ticket at once: one gets it, and everybody learns so quickly.

use std::{collections::BTreeMap, net::SocketAddr, time::Instant};

use anyhow::{Context as _, Result};
use async_nats::jetstream;
use futures::future::join_all;
use stack::Service;

use super::Settings;
use crate::{
    connection::{self, Connection},
    generator::{Outcome, on_own_thread},
    histogram::Histogram,
    listings,
    meter::Meter,
    people::Person,
    report::{Report, Row, millis},
    world::World,
};

/// Buyers of each ticket.
const BUYERS: usize = 64;
/// Tickets before those that count.
const WARM_UP: usize = 5;

/// The rounds together.
#[derive(Default)]
struct Rounds {
    answers: Outcome,
    /// From the first request to the last answer of a round.
    all_answered: Histogram,
    /// How many rounds had this many buyers who got the ticket.
    winners: BTreeMap<u64, usize>,
}

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let orders = world.alone(Service::Orders).await?;
    let jetstream = jetstream::new(async_nats::connect(world.servers.nats.url()).await?);
    let seller = Person::new(&world.signer)?;
    let mut requests = Vec::new();
    for ticket in listings::announce(&jetstream, &seller, settings.hot_tickets + WARM_UP).await? {
        let buyers = Person::several(&world.signer, BUYERS)?;
        let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
        let round = buyers.iter().map(|buyer| connection::post("/api/orders", Some(&buyer.cookie), &body));
        requests.push(round.collect::<Vec<_>>());
    }
    let measured = requests.split_off(WARM_UP);
    rush(orders.address, requests).await?;
    let meter = Meter::start(&world.watch([&orders.process])?)?;
    let rounds = rush(orders.address, measured).await?;
    let usages = meter.finish()?;

    let row = Row::new("hot ticket, orders alone", BUYERS, &rounds.answers).cost(&usages, "orders");
    report.row(row.idle(orders.idle), &rounds.answers);
    report.note(format!(
        "hot ticket: {} × {BUYERS} buyers; all answered within {:.1} ms (median), {:.1} ms (p99)",
        settings.hot_tickets,
        millis(rounds.all_answered.within(0.5)),
        millis(rounds.all_answered.within(0.99)),
    ));
    if rounds.winners.keys().any(|winners| *winners != 1) {
        report
            .trouble(format!("hot tickets had other than one buyer: {:?} (winners: rounds)", rounds.winners));
    }
    orders.stop().await;
    world.stop().await;
    Ok(())
}

/// Lets the buyers of each round ask all at once, round after round.
async fn rush(address: SocketAddr, rounds: Vec<Vec<Vec<u8>>>) -> Result<Rounds> {
    on_own_thread(async move || {
        let opened = join_all((0..BUYERS).map(|_| Connection::open(address))).await;
        let mut connections = opened.into_iter().collect::<Result<Vec<_>, _>>().context("connecting")?;
        let mut all = Rounds::default();
        for round in rounds {
            let began = Instant::now();
            let asking = connections.iter_mut().zip(&round).map(async |(connection, request)| {
                let answer = connection.exchange(request).await?;
                let took = began.elapsed();
                let unwanted = !matches!(answer.status, 201 | 409);
                let example = unwanted.then(|| String::from_utf8_lossy(&connection.body()).into_owned());
                anyhow::Ok((answer.status, took, example))
            });
            let mut winners = 0;
            for answer in join_all(asking).await {
                let (status, took, example) = answer?;
                *all.answers.statuses.entry(status).or_default() += 1;
                match example {
                    None => all.answers.latency.record(took),
                    example => all.answers.example = example,
                }
                winners += u64::from(status == 201);
            }
            *all.winners.entry(winners).or_default() += 1;
            all.all_answered.record(began.elapsed());
            all.answers.elapsed += began.elapsed();
        }
        Ok(all)
    })
    .await
}
