//! Ordinary business in the background, while a test does its worst to the processes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use common::{
    api::OrderView,
    id::{OrderId, TicketId},
};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::{Market, Person, Tally};

/// Buyers who keep reserving, paying, cancelling and forgetting until told to stop.
pub struct Trade {
    ledger: Arc<Ledger>,
    buyers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Ledger {
    stop: AtomicBool,
    promised: Mutex<Vec<OrderId>>,
    reserved: AtomicUsize,
    tally: Tally,
}

/// The longest business may rest: what a dead process held is given again after 10 s (events) or 5 s (units in a
/// transaction), one after the other at worst, and buyers may wait for a lost answer in between.
const STANDSTILL: Duration = Duration::from_secs(45);
/// A request that a fault swallowed is given up after this, and the buyer goes on.
const PATIENCE: Duration = Duration::from_secs(12);
/// Payments that are not refused at once, each leading somewhere else.
const TOKENS: [&str; 5] =
    ["tok_visa", "tok_visa", "tok_chargeDeclined", "tok_timeoutThenSucceeded", "tok_captureFails"];

impl Trade {
    /// Starts `buyers` buyers on these listings.
    pub async fn start(market: &Market, buyers: usize, tickets: &[TicketId]) -> Self {
        let ledger = Arc::<Ledger>::default();
        let people = market.people("trader", buyers).await;
        let buyers = people
            .into_iter()
            .enumerate()
            .map(|(seed, person)| tokio::spawn(buy(person, seed, tickets.to_vec(), Arc::clone(&ledger))))
            .collect();
        Self { ledger, buyers }
    }

    /// Reservations that succeeded so far.
    pub fn reserved(&self) -> usize {
        self.ledger.reserved.load(Ordering::Relaxed)
    }

    /// The orders that were answered with 201 so far.
    pub fn promised(&self) -> Vec<OrderId> {
        self.ledger.promised.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the buyers were answered so far. During a fault much of it is trouble.
    pub fn tally(&self) -> &Tally {
        &self.ledger.tally
    }

    /// Waits until `more` further reservations have succeeded: business goes on.
    pub async fn goes_on(&self, more: usize) {
        let (goal, began) = (self.reserved() + more, Instant::now());
        while self.reserved() < goal {
            assert!(began.elapsed() < STANDSTILL, "no {more} reservations in {STANDSTILL:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it. Returns the orders that were answered with 201.
    pub async fn stop(mut self) -> Vec<OrderId> {
        self.ledger.stop.store(true, Ordering::Relaxed);
        for buyer in self.buyers.drain(..) {
            buyer.await.expect("a buyer does not panic");
        }
        self.promised()
    }
}

async fn buy(person: Person, seed: usize, tickets: Vec<TicketId>, ledger: Arc<Ledger>) {
    let mut round = seed * 7;
    while !ledger.stop.load(Ordering::Relaxed) {
        round += 1;
        let ticket = tickets[round % tickets.len()];
        let asked =
            attempt(&ledger.tally, &person, "POST", "/api/orders", Some(json!({ "ticketId": ticket }))).await;
        let Some(order) = asked
            .filter(|(status, _)| *status == 201)
            .and_then(|(_, body)| serde_json::from_str::<OrderView>(&body).ok())
        else {
            // Sold out, over the limit, or a fault: come back in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        ledger.promised.lock().unwrap_or_else(PoisonError::into_inner).push(order.id);
        ledger.reserved.fetch_add(1, Ordering::Relaxed);
        match round % 4 {
            0 => {
                let path = format!("/api/orders/{}", order.id);
                drop(attempt(&ledger.tally, &person, "DELETE", &path, None).await);
            }
            // Forgotten: it lapses.
            1 => {}
            _ => {
                let body = json!({ "orderId": order.id, "token": TOKENS[round % TOKENS.len()] });
                drop(attempt(&ledger.tally, &person, "POST", "/api/payments", Some(body)).await);
            }
        }
    }
}

/// A request that may fail in any way; `None` if no answer came.
async fn attempt(
    tally: &Tally,
    person: &Person,
    method: &str,
    path: &str,
    body: Option<serde_json::Value>,
) -> Option<(u16, String)> {
    // A connection for each request: an nginx that is told of other servers closes those that are idle, possibly in the
    // very moment a request is sent on one. The ingress of a cluster does not.
    let mut request = person.actor().request(method, path).header("connection", "close").timeout(PATIENCE);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let outcome = async {
        let response = request.send().await?;
        Ok::<_, reqwest::Error>((response.status().as_u16(), response.text().await?))
    };
    let outcome = outcome.await;
    tally.note(format_args!("{method} {path}"), outcome.as_ref().map(|(status, _)| *status));
    outcome.ok()
}
