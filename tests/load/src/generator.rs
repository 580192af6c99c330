//! Closed-loop load: each connection sends its next request when it has the answer to the last.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};
use futures::future::join_all;

use crate::{
    connection::{Answer, Connection},
    histogram::Histogram,
};

/// Connections that break are opened again, this many times each.
const RECONNECTS: u32 = 20;

/// What one connection asks, one after the other: writes the next request, or says there is none left.
pub(crate) type Requests = Box<dyn FnMut(&mut Vec<u8>) -> bool + Send>;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) elapsed: Duration,
    /// Of the answers wanted.
    pub(crate) latency: Histogram,
    /// How many answers there were of each status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Requests whose connection broke.
    pub(crate) broken: u64,
    /// Bytes of the answers.
    pub(crate) bytes: u64,
    /// One of the answers or failures nobody wanted.
    pub(crate) example: Option<String>,
}

impl Outcome {
    pub(crate) fn count(&self) -> u64 {
        self.latency.count()
    }

    #[expect(clippy::cast_precision_loss, reason = "a run has fewer than 2^52 requests")]
    pub(crate) fn per_second(&self) -> f64 {
        if self.elapsed.is_zero() { 0.0 } else { self.count() as f64 / self.elapsed.as_secs_f64() }
    }

    /// Joins what ran at the same time.
    pub(crate) fn beside(&mut self, other: Self) {
        self.elapsed = self.elapsed.max(other.elapsed);
        self.add(other);
    }

    /// Joins what ran one after the other.
    pub(crate) fn after(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.add(other);
    }

    fn add(&mut self, other: Self) {
        self.latency.merge(&other.latency);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.broken += other.broken;
        self.bytes += other.bytes;
        self.example = self.example.take().or(other.example);
    }

    /// Whether it ended long before its time, for want of something to ask.
    pub(crate) fn ended_early(&self, time: Duration) -> bool {
        self.elapsed < time.mul_f64(0.95)
    }

    /// What went wrong, if anything did.
    pub(crate) fn trouble(&self) -> Option<String> {
        let all: u64 = self.statuses.values().sum();
        if self.broken == 0 && all == self.count() {
            return None;
        }
        let example = self.example.as_deref().unwrap_or_default();
        Some(format!(
            "answers {:?}, {} broken connections; for example: {example}",
            self.statuses, self.broken
        ))
    }
}

/// How to load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    /// No request is begun after this; what is under way is waited for.
    pub(crate) time: Duration,
    /// The status wanted.
    pub(crate) expect: u16,
    /// Rest between an answer and the next request.
    pub(crate) pause: Duration,
    /// The connections' first requests are spread evenly over this.
    pub(crate) spread: Duration,
    /// What others take of every answer's time, which is not counted.
    pub(crate) others: Duration,
}

impl Load {
    pub(crate) fn new(address: SocketAddr, time: Duration, expect: u16) -> Self {
        let none = Duration::ZERO;
        Self { address, time, expect, pause: none, spread: none, others: none }
    }

    /// Runs one connection for each of `requests`, all on one thread of their own.
    pub(crate) async fn run(self, requests: Vec<Requests>) -> Result<Outcome> {
        on_own_thread(async move || {
            let opening = requests.iter().map(|_| Connection::open(self.address));
            let mut connections = Vec::new();
            for opened in join_all(opening).await {
                connections.push(opened.with_context(|| format!("connecting to {}", self.address))?);
            }
            let step = self.spread / u32::try_from(connections.len())?.max(1);
            let began = Instant::now();
            let loops = connections.into_iter().zip(requests).zip(0..);
            let loops = loops.map(async |((connection, requests), index)| {
                tokio::time::sleep(step * index).await;
                self.follow(connection, requests, began).await
            });
            let mut outcome = Outcome::default();
            join_all(loops).await.into_iter().for_each(|one| outcome.beside(one));
            Ok(outcome)
        })
        .await
    }

    async fn follow(self, mut connection: Connection, mut requests: Requests, began: Instant) -> Outcome {
        let mut outcome = Outcome::default();
        let mut request = Vec::new();
        let mut reconnects = RECONNECTS;
        while began.elapsed() < self.time {
            request.clear();
            if !requests(&mut request) {
                break;
            }
            let sent = Instant::now();
            let answer = connection.exchange(&request).await;
            let took = sent.elapsed();
            if !self.note(&mut outcome, &connection, answer, took) {
                reconnects = reconnects.saturating_sub(1);
                match Connection::open(self.address).await {
                    Ok(fresh) if reconnects > 0 => connection = fresh,
                    _ => break,
                }
            }
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
        outcome.elapsed = began.elapsed();
        outcome
    }

    /// Counts an answer. Says whether the connection is still good.
    fn note(
        self,
        outcome: &mut Outcome,
        connection: &Connection,
        answer: io::Result<Answer>,
        took: Duration,
    ) -> bool {
        match answer {
            Ok(answer) => {
                *outcome.statuses.entry(answer.status).or_default() += 1;
                outcome.bytes += answer.bytes as u64;
                if answer.status == self.expect {
                    outcome.latency.record(took.saturating_sub(self.others));
                } else if outcome.example.is_none() {
                    outcome.example = Some(String::from_utf8_lossy(&connection.body()).into_owned());
                }
                true
            }
            Err(error) => {
                outcome.broken += 1;
                outcome.example.get_or_insert_with(|| error.to_string());
                false
            }
        }
    }
}

/// Runs `work` on a thread that does nothing else, so that no connection waits for another core to wake up.
pub(crate) async fn on_own_thread<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>>,
{
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(work())
    };
    tokio::task::spawn_blocking(run).await.map_err(|_| anyhow!("the load generator panicked"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(millis: u64, count: u64) -> Outcome {
        let mut outcome = Outcome { elapsed: Duration::from_millis(millis), ..Outcome::default() };
        (0..count).for_each(|_| outcome.latency.record(Duration::from_millis(1)));
        outcome.statuses.insert(200, count);
        outcome
    }

    #[test]
    fn rates_are_over_the_time_it_took_side_by_side_or_in_turn() {
        let mut beside = outcome(1000, 10);
        beside.beside(outcome(2000, 30));
        assert!((beside.per_second() - 20.0).abs() < 1e-9);
        let mut after = outcome(1000, 10);
        after.after(outcome(3000, 30));
        assert!((after.per_second() - 10.0).abs() < 1e-9);
        assert_eq!(after.trouble(), None);
    }

    #[test]
    fn a_load_without_work_ends_early() {
        assert!(outcome(900, 1).ended_early(Duration::from_secs(1)));
        assert!(!outcome(1000, 1).ended_early(Duration::from_secs(1)));
    }

    #[test]
    fn answers_nobody_wanted_are_trouble() {
        let mut bad = outcome(1000, 10);
        bad.statuses.insert(503, 1);
        bad.example = Some("busy".to_owned());
        assert!(bad.trouble().unwrap().ends_with("busy"));
    }
}
