//! The reads and durable writes of a payment, without a service: the order and its latest payment, the insert of a
//! payment, its change with an announcement, and the order once more. In between it waits as long as the gateway takes.
//!
//! The documents are copies of the service's own and the collection has its indexes, so the database does the same
//! work. What the service does later and not durably (publishing, pruning) is not done.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bson::{Document, doc};
use common::{
    clock::Clock,
    id::{Id, OrderId, PaymentId},
};
use futures::{TryStreamExt, future::try_join_all};
use mongodb::{Client, Collection, Database};
use runtime::entropy;
use tokio::time::sleep;

use super::{DATABASE, announcement, like};
use crate::generator::Outcome;

/// A driver with samples of what the service stores.
#[derive(Clone)]
pub(crate) struct Paying {
    payments: Collection<Document>,
    orders: Collection<Document>,
    payment: Arc<Document>,
    event: Arc<str>,
}

/// How the payments are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) at_once: u32,
    /// What the gateway takes for each of its two answers.
    pub(crate) latency: Duration,
    pub(crate) time: Duration,
}

impl Paying {
    /// Takes a sample from the service's database, which must hold a payment. `event` is an announcement of one.
    pub(crate) async fn new(client: &Client, service: &Database, event: String) -> Result<Self> {
        let stored = service.collection::<Document>("payments");
        let payment = stored.find_one(doc! {}).await?.context("the service has stored no payment")?;
        let payments = like(&stored, &client.database(DATABASE)).await?;
        // Only read, and by id: the service's own.
        let orders = service.collection("orders");
        Ok(Self { payments, orders, payment: Arc::new(payment), event: event.into() })
    }

    /// Pays for orders that the service has heard of, the payers spread as its own are. The gateway's time is not counted.
    pub(crate) async fn run(&self, pace: Pace) -> Result<Outcome> {
        let orders: Vec<Document> =
            self.orders.find(doc! {}).limit(i64::from(pace.at_once)).await?.try_collect().await?;
        ensure!(orders.len() == pace.at_once as usize, "the service has heard of too few orders");
        let began = Instant::now();
        let payers = orders.into_iter().zip(0..).map(|(order, number)| {
            let this = self.clone();
            let pay = async move { this.pay_on_and_on(order.get_str("_id")?, number, pace, began).await };
            async { tokio::spawn(pay).await? }
        });
        let mut all = Outcome::default();
        try_join_all(payers).await?.into_iter().for_each(|one| all.beside(one));
        Ok(all)
    }

    async fn pay_on_and_on(&self, order: &str, number: u32, pace: Pace, began: Instant) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        sleep(pace.latency * 2 * number / pace.at_once).await;
        while began.elapsed() < pace.time {
            let start = Instant::now();
            self.pay(order, pace.latency).await?;
            outcome.latency.record(start.elapsed().saturating_sub(pace.latency * 2));
        }
        outcome.elapsed = began.elapsed();
        outcome.statuses.insert(201, outcome.count());
        Ok(outcome)
    }

    async fn pay(&self, order: &str, latency: Duration) -> Result<()> {
        let now = Clock::System.now();
        let id = PaymentId::generate(now, entropy()).to_string();
        // Each for an order of its own, as far as the indexes can tell.
        let paid = OrderId::generate(now, entropy()).to_string();
        let by_order = doc! { "state.orderId": &paid };
        let latest = async {
            let found = self.payments.find(by_order).sort(doc! { "state.attempt": -1 }).limit(1).await?;
            found.try_collect::<Vec<Document>>().await
        };
        tokio::try_join!(self.orders.find_one(doc! { "_id": order }), latest)?;
        sleep(latency).await;

        let mut payment = (*self.payment).clone();
        let mut state = payment.get_document("state")?.clone();
        state.extend(doc! { "id": &id, "orderId": paid, "gatewayRef": format!("pi_{id}"), "version": 1_i64 });
        payment.extend(doc! { "_id": &id, "state": state.clone(), "outbox": [] });
        let derived = payment.get("derived").cloned();
        self.payments.insert_one(payment).await?;
        sleep(latency).await;

        state.insert("version", 2_i64);
        let entry = announcement("payment.authorized", &id, now, &*self.event);
        let change = doc! {
            "$set": { "state": state, "derived": derived },
            "$push": { "outbox": { "$each": [entry] } },
        };
        let changed = self.payments.update_one(doc! { "_id": &id, "state.version": 1_i64 }, change).await?;
        ensure!(changed.matched_count == 1, "the payment that was just stored is gone");
        self.orders.find_one(doc! { "_id": order }).await?;
        Ok(())
    }
}
