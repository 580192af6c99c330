//! The query of a list, without decoding what it finds.

use std::time::Duration;

use anyhow::{Result, ensure};
use bson::{DateTime, RawDocumentBuf, doc};
use common::clock::Clock;
use futures::TryStreamExt;
use mongodb::{Collection, Database};

use crate::generator::Outcome;

/// A page, and the one listing more that tells whether there is another page.
const WANTED: i64 = 51;

/// The tickets service's own collection, read directly.
pub(crate) struct Reading {
    tickets: Collection<RawDocumentBuf>,
}

impl Reading {
    pub(crate) fn new(tickets: &Database) -> Self {
        Self { tickets: tickets.collection("tickets") }
    }

    pub(crate) async fn run(&self, connections: usize, time: Duration) -> Result<Outcome> {
        let tickets = self.tickets.clone();
        let loops = (0..connections).map(|_| 0_i64..i64::MAX).collect();
        super::closed_loops(loops, time, move |turn| page(tickets.clone(), turn)).await
    }
}

async fn page(tickets: Collection<RawDocumentBuf>, turn: i64) -> Result<()> {
    let now = DateTime::from_millis(Clock::System.now().as_millisecond());
    let filter = doc! {
        "derived.open": true,
        "derived.startsKey": { "$gt": now },
        "state.details.price": { "$lte": 100_000 + turn % 1_000_000 },
    };
    let found = tickets
        .find(filter)
        .projection(doc! { "state": 1 })
        .sort(doc! { "derived.startsKey": 1, "_id": 1 })
        .limit(WANTED)
        .await?;
    let found: Vec<RawDocumentBuf> = found.try_collect().await?;
    ensure!(
        i64::try_from(found.len())? == WANTED,
        "{} listings found: has their shape changed?",
        found.len()
    );
    Ok(())
}
