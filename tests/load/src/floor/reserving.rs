//! The reads and durable writes of a reservation, without a service: one point read, and one transaction of a
//! conditional update, a counting upsert and the insert of an order with its announcement.
//!
//! The documents are copies of the service's own and the collections have its indexes, so the database does the
//! same work. What the service does later and not durably (publishing, pruning) is not done.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use bson::{Bson, Document, doc};
use common::{
    clock::Clock,
    id::{Id, OrderId, TicketId, UserId},
};
use mongodb::{
    Client, Collection, Database,
    error::TRANSIENT_TRANSACTION_ERROR,
    options::{Acknowledgment, ReturnDocument, WriteConcern},
};
use runtime::entropy;

use super::{DATABASE, announcement, like};
use crate::generator::Outcome;

const BATCH: usize = 1000;
/// Reservations of one buyer, as many as the service lets a buyer hold.
const PER_BUYER: usize = 10;

/// A driver with samples of what the service stores.
#[derive(Clone)]
pub(crate) struct Reserving {
    client: Client,
    inventory: Collection<Document>,
    buyers: Collection<Document>,
    orders: Collection<Document>,
    samples: Arc<Samples>,
    retries: Arc<AtomicU64>,
}

struct Samples {
    inventory: Document,
    order: Document,
    /// The ids in the sample order that each reservation has its own of.
    ids: [String; 3],
    /// The announcement's body.
    event: String,
}

/// A ticket to reserve and the buyer to reserve it for.
struct Reservation {
    ticket: String,
    buyer: String,
}

/// The work of each connection.
pub(crate) struct Prepared(Vec<Vec<Reservation>>);

impl Reserving {
    /// Takes samples from the service's database, which must hold an order. `event` is an announcement of one.
    pub(crate) async fn new(client: Client, service: &Database, event: String) -> Result<Self> {
        let database = client.database(DATABASE);
        let sample = async |name: &str| {
            let found = service.collection::<Document>(name).find_one(doc! {}).await?;
            found.with_context(|| format!("the service has stored nothing in {name}"))
        };
        let order = sample("orders").await?;
        let event_json: serde_json::Value = serde_json::from_str(&event)?;
        let state = order.get_document("state")?;
        let line =
            state.get_array("lines")?.first().and_then(Bson::as_document).context("an order has lines")?;
        let ids =
            [state.get_str("id")?, state.get_str("buyerId")?, line.get_str("ticketId")?].map(str::to_owned);
        ensure!(event_json["items"].is_array(), "not an order's announcement: {event}");
        let made = async |name: &str| like(&service.collection(name), &database).await;
        let samples = Samples { inventory: sample("inventory").await?, order, ids, event };
        Ok(Self {
            inventory: made("inventory").await?,
            buyers: made("buyers").await?,
            orders: made("orders").await?,
            samples: Arc::new(samples),
            retries: Arc::default(),
            client,
        })
    }

    /// Stores tickets and deals them out, to each connection for buyers of its own.
    pub(crate) async fn prepare(&self, connections: usize, tickets: usize) -> Result<Prepared> {
        let mut hands: Vec<Vec<Reservation>> = (0..connections).map(|_| Vec::new()).collect();
        let tickets = self.list(tickets).await?;
        for (turn, lot) in tickets.chunks(PER_BUYER).enumerate() {
            let buyer = UserId::generate(Clock::System.now(), entropy()).to_string();
            let lot = lot.iter().map(|ticket| Reservation { ticket: ticket.clone(), buyer: buyer.clone() });
            hands[turn % connections].extend(lot);
        }
        Ok(Prepared(hands))
    }

    /// Reserves what was prepared.
    pub(crate) async fn run(&self, prepared: Prepared, time: Duration) -> Result<Outcome> {
        let loops = prepared.0.into_iter().map(Vec::into_iter).collect();
        let this = self.clone();
        super::closed_loops(loops, time, move |reservation| this.clone().reserve(reservation)).await
    }

    /// How often transactions had to be tried again so far.
    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    async fn list(&self, count: usize) -> Result<Vec<String>> {
        let quickly = WriteConcern::builder().w(Acknowledgment::Nodes(1)).build();
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let now = Clock::System.now();
            let batch: Vec<String> = (0..BATCH.min(count - ids.len()))
                .map(|_| TicketId::generate(now, entropy()).to_string())
                .collect();
            let documents = batch.iter().map(|id| {
                let mut inventory = self.samples.inventory.clone();
                inventory.extend(doc! {
                    "_id": id, "quantity": 1_i64, "available": 1_i64, "held": 0_i64, "sold": 0_i64, "seq": 0_i64,
                });
                inventory
            });
            self.inventory.insert_many(documents).write_concern(quickly.clone()).await?;
            ids.extend(batch);
        }
        Ok(ids)
    }

    /// Tries again at once when the server asks for it, as any program must.
    async fn reserve(self, reservation: Reservation) -> Result<()> {
        loop {
            match self.try_reserve(&reservation).await {
                Err(error) if is_transient(&error) => self.retries.fetch_add(1, Ordering::Relaxed),
                done => return done,
            };
        }
    }

    async fn try_reserve(&self, reservation: &Reservation) -> Result<()> {
        let Reservation { ticket, buyer } = reservation;
        let found = self.inventory.find_one(doc! { "_id": ticket }).await?.context("an inventory")?;
        let version = found.get("ticketVersion").cloned().unwrap_or_default();
        let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        let mut session = self.client.start_session().await?;
        session.start_transaction().write_concern(durable).await?;
        let there = doc! {
            "_id": ticket, "listed": true, "ticketVersion": version, "available": { "$gte": 1_i64 },
        };
        let taken = self
            .inventory
            .find_one_and_update(there, doc! { "$inc": { "held": 1_i64, "available": -1_i64, "seq": 1_i64 } })
            .return_document(ReturnDocument::After)
            .session(&mut session)
            .await?;
        taken.context("a ticket to take")?;
        self.buyers
            .update_one(doc! { "_id": buyer, "held": { "$lte": 9_i64 } }, doc! { "$inc": { "held": 1_i64 } })
            .upsert(true)
            .session(&mut session)
            .await?;
        let order = self.samples.order(ticket, buyer);
        self.orders.insert_one(order).session(&mut session).await?;
        session.commit_transaction().await?;
        Ok(())
    }
}

fn is_transient(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<mongodb::error::Error>();
    error.is_some_and(|error| error.contains_label(TRANSIENT_TRANSACTION_ERROR))
}

impl Samples {
    fn order(&self, ticket: &str, buyer: &str) -> Document {
        let now = Clock::System.now();
        let id = OrderId::generate(now, entropy()).to_string();
        let own = [id.as_str(), buyer, ticket];
        let mut order = self.order.clone();
        order.iter_mut().for_each(|(_, value)| self.rename(value, own));
        let data =
            self.ids.iter().zip(own).fold(self.event.clone(), |data, (old, new)| data.replace(old, new));
        let entry = announcement("order.created", &id, now, data);
        order.insert("outbox", vec![entry]);
        order
    }

    /// Replaces the sample's ids wherever they stand.
    fn rename(&self, value: &mut Bson, own: [&str; 3]) {
        match value {
            Bson::String(text) => {
                if let Some(place) = self.ids.iter().position(|id| id == text) {
                    own[place].clone_into(text);
                }
            }
            Bson::Document(document) => {
                document.iter_mut().for_each(|(_, value)| self.rename(value, own));
            }
            Bson::Array(values) => values.iter_mut().for_each(|value| self.rename(value, own)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_its_own_ids_everywhere_and_the_samples_size() {
        let ids = ["o".repeat(24), "b".repeat(24), "t".repeat(24)];
        let order = doc! {
            "_id": &ids[0],
            "state": { "id": &ids[0], "buyerId": &ids[1], "lines": [{ "ticketId": &ids[2], "n": 1 }] },
            "outbox": [],
        };
        let event = format!(r#"{{"id":"{}","items":[{{"ticketId":"{}"}}]}}"#, ids[0], ids[2]);
        let samples = Samples { inventory: doc! {}, order, ids, event };
        let (ticket, buyer) = ("1".repeat(24), "2".repeat(24));
        let made = samples.order(&ticket, &buyer);
        let text = made.to_string();
        assert!(samples.ids.iter().all(|id| !text.contains(id.as_str())), "{text}");
        let id = made.get_str("_id").unwrap();
        assert_eq!(made.get_document("state").unwrap().get_str("id").unwrap(), id);
        let entry = made.get_array("outbox").unwrap()[0].as_document().unwrap();
        assert_eq!(entry.get_str("subject").unwrap(), id);
        assert_eq!(entry.get_str("data").unwrap().len(), samples.event.len());
        assert!(entry.get_str("data").unwrap().contains(&ticket));
    }
}
