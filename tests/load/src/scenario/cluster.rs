//! Announcing events to three NATS servers that keep each other's streams: what each of them costs.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use async_nats::jetstream::{self, context::Context, stream::Config};
use common::{events::Event, session::Signer};
use futures::future::try_join_all;
use stack::{NatsCluster, Server, Stack};

use super::{Settings, pay};
use crate::{
    generator::Outcome,
    meter::{Meter, Watched},
    people::Person,
    report::{Report, Row, mebibytes},
};

const NODES: usize = 3;
/// Events under way at the same time.
const AT_ONCE: usize = 64;
const FORMED_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let stack = Stack::temporary()?;
    let cluster = NatsCluster::start(&stack, NODES).await?;
    let urls: Vec<_> = cluster.nodes().iter().map(Server::url).collect();
    let jetstream = jetstream::new(async_nats::connect(&urls[..]).await?);
    let event = Event::OrderCreated(pay::order(&Person::new(&Signer::from_pem(&Signer::generate_pem()?)?)?)?);
    make_stream(&jetstream, event.kind()).await?;

    let nodes = cluster.nodes().iter().map(|node| Watched::process(node.process()));
    let nodes = nodes.collect::<Result<Vec<_>>>()?;
    let idle = nodes.iter().map(Watched::resident).collect::<Result<Vec<_>>>()?;
    let meter = Meter::start(&[&nodes[..], &[Watched::own()]].concat())?;
    let announced = announce(&jetstream, &event, settings.time).await?;
    let usages = meter.finish()?;
    let row = Row::new("three NATS servers: announce", AT_ONCE, &announced).cost(&usages, "nats-0");
    report.row(row.idle(idle[0]), &announced);
    let peaks = nodes.iter().zip(&idle).map(|(node, idle)| {
        let peak = usages.iter().find(|usage| usage.name == node.name).map_or(0, |usage| usage.peak);
        format!("{} {:.1} MiB, {:.1} at first", node.name, mebibytes(peak), mebibytes(*idle))
    });
    report.note(format!("cluster, at most: {}", peaks.collect::<Vec<_>>().join("; ")));
    Ok(())
}

/// A stream as the services make it, each message kept by all servers. They take a moment to find each other.
async fn make_stream(jetstream: &Context, subject: &str) -> Result<()> {
    let config = Config {
        name: "LOAD".to_owned(),
        subjects: vec![subject.to_owned()],
        num_replicas: NODES,
        ..Config::default()
    };
    let began = Instant::now();
    loop {
        match jetstream.create_stream(config.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) if began.elapsed() > FORMED_WITHIN => {
                return Err(error).context("making a stream of three servers");
            }
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// Publishes the event over and over, waiting for each to be kept by a majority.
async fn announce(jetstream: &Context, event: &Event, time: Duration) -> Result<Outcome> {
    let (subject, body) = (event.kind(), event.to_json()?);
    let began = Instant::now();
    let publish = async || -> Result<Outcome> {
        let mut outcome = Outcome::default();
        while began.elapsed() < time {
            let sent = Instant::now();
            jetstream.publish(subject, body.clone().into()).await?.await?;
            outcome.latency.record(sent.elapsed());
        }
        outcome.elapsed = began.elapsed();
        outcome.statuses.insert(200, outcome.count());
        Ok(outcome)
    };
    let mut all = Outcome::default();
    for outcome in try_join_all((0..AT_ONCE).map(|_| publish())).await? {
        all.beside(outcome);
    }
    Ok(all)
}
