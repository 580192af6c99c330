//! What no service can beat: the same work without a service around it, measured in the same run.

mod gateway;
mod hashing;
mod paying;
mod reading;
mod reserving;
mod serving;

pub(crate) use self::{
    gateway::{ServeGateway, serve_gateway},
    hashing::hash,
    paying::{Pace, Paying},
    reading::Reading,
    reserving::Reserving,
    serving::{ServeBytes, serve_bytes},
};

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use bson::{DateTime, Document, doc};
use futures::{TryStreamExt as _, future::join_all};
use jiff::Timestamp;
use mongodb::{Collection, Database, IndexModel};
use runtime::entropy;

use crate::generator::Outcome;

/// The database of the bare driver.
const DATABASE: &str = "floor";

/// Makes a collection with the name and the indexes of a service's.
async fn like(service: &Collection<Document>, database: &Database) -> Result<Collection<Document>> {
    let name = service.name();
    database.create_collection(name).await?;
    let made = database.collection(name);
    let indexes: Vec<IndexModel> = service.list_indexes().await?.try_collect().await?;
    let indexes: Vec<_> = indexes.into_iter().filter(|index| index.keys != doc! { "_id": 1 }).collect();
    if !indexes.is_empty() {
        made.create_indexes(indexes).await?;
    }
    Ok(made)
}

/// An announcement as it lies in a service's outbox.
fn announcement(kind: &str, subject: &str, now: Timestamp, data: impl Into<String>) -> Document {
    doc! {
        "id": format!("{:036x}", u128::from_be_bytes(entropy())),
        "kind": kind,
        "subject": subject,
        "at": DateTime::from_millis(now.as_millisecond()),
        "trace": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "data": data.into(),
    }
}

/// Runs closed loops of `step` on the runtime that services use too. A loop ends with its time or its work.
async fn closed_loops<S, W, F>(loops: Vec<W>, time: Duration, step: S) -> Result<Outcome>
where
    W: Iterator + Send + 'static,
    W::Item: Send,
    S: Fn(W::Item) -> F + Send + Sync + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let step = Arc::new(step);
    let began = Instant::now();
    let tasks = loops.into_iter().map(|work| {
        let step = step.clone();
        tokio::spawn(async move {
            let mut outcome = Outcome::default();
            for item in work {
                if began.elapsed() >= time {
                    break;
                }
                let sent = Instant::now();
                step(item).await?;
                outcome.latency.record(sent.elapsed());
            }
            outcome.statuses.insert(200, outcome.count());
            outcome.elapsed = began.elapsed();
            anyhow::Ok(outcome)
        })
    });
    let mut all = Outcome::default();
    for outcome in join_all(tasks).await {
        all.beside(outcome??);
    }
    Ok(all)
}
