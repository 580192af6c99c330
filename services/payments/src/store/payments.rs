//! The payments, in the collection `payments`.

use bson::{Document, doc};
use common::{
    events::Event,
    id::{Id, OrderId, PaymentId, TicketId, UserId},
};
use jiff::Timestamp;
use messaging::{Aggregate, Aggregates, Attempts, Messaging, StoreError, WriteError};
use mongodb::{IndexModel, options::IndexOptions};

use super::Ledger;
use crate::domain::{Entry, Movement, Payment};

/// How often a write that lost a race within the database is tried.
const ATTEMPTS: u32 = 5;

impl Aggregate for Payment {
    const COLLECTION: &'static str = "payments";

    fn id(&self) -> String {
        Payment::id(self).to_string()
    }

    fn version(&self) -> u64 {
        Payment::version(self)
    }

    fn announcement(&self) -> Option<Event> {
        Payment::announcement(self)
    }

    /// What brings the reconciler.
    fn derived(&self) -> Document {
        doc! { "unsettled": self.is_active() }
    }
}

/// Which of a seller's sales: all, or those that match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sold {
    pub(crate) ticket: Option<TicketId>,
    pub(crate) payment: Option<PaymentId>,
}

/// The payments. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Payments {
    aggregates: Aggregates<Payment>,
    messaging: Messaging,
    ledger: Ledger,
}

impl Payments {
    pub(crate) async fn open(messaging: &Messaging, ledger: Ledger) -> Result<Self, StoreError> {
        // Rather than "unique while active": these keys never change, and the server used for development keeps a
        // unique key taken after an update has freed it.
        let numbered = IndexOptions::builder().unique(true).build();
        let unsettled =
            IndexOptions::builder().partial_filter_expression(doc! { "derived.unsettled": true }).build();
        let indexes = vec![
            IndexModel::builder()
                .keys(doc! { "state.orderId": 1, "state.attempt": 1 })
                .options(numbered)
                .build(),
            IndexModel::builder().keys(doc! { "derived.unsettled": 1, "_id": 1 }).options(unsettled).build(),
            IndexModel::builder().keys(doc! { "state.gatewayRef": 1 }).build(),
            IndexModel::builder().keys(doc! { "state.lines.sellerId": 1, "_id": -1 }).build(),
            IndexModel::builder().keys(doc! { "state.gateway": 1, "state.status": 1 }).build(),
        ];
        let aggregates = Aggregates::open(messaging, indexes).await?;
        Ok(Self { aggregates, messaging: messaging.clone(), ledger })
    }

    pub(crate) async fn get(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.aggregates.get(&id.to_string()).await
    }

    /// The payment that the gateway calls so.
    pub(crate) async fn by_gateway_ref(&self, gateway_ref: &str) -> Result<Option<Payment>, StoreError> {
        self.aggregates.find_one(doc! { "state.gatewayRef": gateway_ref }).await
    }

    /// A payment whose money another gateway than this one has.
    pub(crate) async fn captured_elsewhere(&self, gateway: &str) -> Result<Option<Payment>, StoreError> {
        let elsewhere = doc! { "state.gateway": { "$ne": gateway }, "state.status": "captured" };
        self.aggregates.find_one(elsewhere).await
    }

    /// The newest payments whose money was taken for something of this seller's: at most `limit`, older than `before`.
    pub(crate) async fn sold_by(
        &self,
        seller: UserId,
        sold: Sold,
        before: Option<PaymentId>,
        limit: u32,
    ) -> Result<Vec<Payment>, StoreError> {
        let mut filter = doc! {
            "state.lines.sellerId": seller.to_string(),
            "state.status": { "$in": ["captured", "refunded"] },
        };
        if let Some(ticket) = sold.ticket {
            filter.insert("state.lines.ticketId", ticket.to_string());
        }
        let mut ids = Document::new();
        if let Some(payment) = sold.payment {
            ids.insert("$eq", payment.to_string());
        }
        if let Some(before) = before {
            ids.insert("$lt", before.to_string());
        }
        if !ids.is_empty() {
            filter.insert("_id", ids);
        }
        self.aggregates.find(filter, doc! { "_id": -1 }, limit.into()).await
    }

    /// At most `limit` payments with ids above `after`, whatever their state.
    pub(crate) async fn page(
        &self,
        after: Option<PaymentId>,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError> {
        let filter = after.map_or_else(Document::new, |after| doc! { "_id": { "$gt": after.to_string() } });
        self.aggregates.find(filter, doc! { "_id": 1 }, limit).await
    }

    /// The payments whose money was taken for these orders.
    pub(crate) async fn captured_for(&self, orders: &[OrderId]) -> Result<Vec<Payment>, StoreError> {
        let ids: Vec<_> = orders.iter().map(ToString::to_string).collect();
        let mut found =
            self.aggregates.find(doc! { "state.orderId": { "$in": ids } }, doc! { "_id": 1 }, 0).await?;
        found.retain(|payment| payment.captured_at().is_some());
        Ok(found)
    }

    /// The last attempt at the order: the only one that can be active.
    pub(crate) async fn latest_for(&self, order: OrderId) -> Result<Option<Payment>, StoreError> {
        let attempts = doc! { "state.orderId": order.to_string() };
        Ok(self.aggregates.find(attempts, doc! { "state.attempt": -1 }, 1).await?.pop())
    }

    /// This payer's attempts at the order, newest first, at most `limit`.
    pub(crate) async fn of_order(
        &self,
        order: OrderId,
        payer: UserId,
        limit: u32,
    ) -> Result<Vec<Payment>, StoreError> {
        let attempts = doc! { "state.orderId": order.to_string(), "state.payerId": payer.to_string() };
        self.aggregates.find(attempts, doc! { "state.attempt": -1 }, limit.into()).await
    }

    /// Stores a new payment. [`WriteError::Duplicate`] if somebody else has just made this attempt.
    pub(crate) async fn insert(&self, payment: &Payment) -> Result<(), WriteError> {
        self.aggregates.insert(payment, payment.announcement().as_slice()).await?;
        count(payment);
        Ok(())
    }

    /// Stores a payment's change, enters in the ledger what it moved, and announces it: one commit.
    /// [`WriteError::Stale`] if somebody else changed it first.
    pub(crate) async fn record(&self, payment: &Payment) -> Result<(), WriteError> {
        let news = payment.news();
        match Entry::of(payment) {
            None => self.aggregates.replace(payment, news.as_slice()).await?,
            Some(entry) => self.record_movement(payment, news.as_slice(), &entry).await?,
        }
        count(payment);
        Ok(())
    }

    async fn record_movement(
        &self,
        payment: &Payment,
        news: &[Event],
        entry: &Entry,
    ) -> Result<(), WriteError> {
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            match self.record_movement_once(payment, news, entry).await {
                // Another version will be found at every further attempt too.
                Err(WriteError::Stale) => return Err(WriteError::Stale),
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn record_movement_once(
        &self,
        payment: &Payment,
        news: &[Event],
        entry: &Entry,
    ) -> Result<(), WriteError> {
        let mut tx = self.messaging.begin().await?;
        let mut written = self.aggregates.replace_in(&mut tx, payment, news).await;
        if written.is_ok() {
            written = self.ledger.add(&mut tx, entry).await;
        }
        match written {
            Ok(()) => Ok(tx.commit().await?),
            Err(error) => {
                tx.abort().await;
                Err(error)
            }
        }
    }

    /// At most `limit` payments somebody still has to look at that were begun before this moment, with ids above
    /// `after`.
    pub(crate) async fn unsettled(
        &self,
        after: Option<PaymentId>,
        begun_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError> {
        // Ids begin with the second they were made in.
        let mut ids = doc! { "$lt": PaymentId::generate(begun_before, [0; 8]).to_string() };
        if let Some(after) = after {
            ids.insert("$gt", after.to_string());
        }
        let filter = doc! { "derived.unsettled": true, "_id": ids };
        self.aggregates.find(filter, doc! { "_id": 1 }, limit).await
    }

    /// Says that nobody has to look at this payment any more. Nothing anybody is told of.
    pub(crate) async fn close(&self, payment: &Payment) -> Result<(), StoreError> {
        let version = i64::try_from(payment.version()).unwrap_or(i64::MAX);
        let same = doc! { "_id": payment.id().to_string(), "state.version": version };
        let closed = doc! { "$set": { "derived.unsettled": false } };
        let done = self.aggregates.collection::<Document>().update_one(same, closed).await;
        done.map(|_| ()).map_err(StoreError::during("closing a payment"))
    }
}

/// Notes a stored change for the metrics.
fn count(payment: &Payment) {
    if let Some(Movement::RefundReturned { id }) = payment.movement() {
        metrics::counter!("refunds_returned_total").increment(1);
        tracing::error!(payment = %payment.id(), refund = %id, "a refund came back: its buyer has no money");
    }
    metrics::counter!("payments_changed_total", "status" => format!("{:?}", payment.status())).increment(1);
}
