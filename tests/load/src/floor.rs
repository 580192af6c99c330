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
use futures::future::join_all;

use crate::generator::Outcome;

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
