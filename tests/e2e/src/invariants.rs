//! I1 to I4, checked against what the databases hold.

mod money;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use common::{clock::Clock, id::OrderId};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use serde_json::Value;
use stack::Service;

use crate::Market;

/// Recovery from any fault, and everything in flight, is over by then.
const PATIENCE: Duration = Duration::from_secs(90);

/// The invariants of one market.
pub struct Invariants<'a> {
    market: &'a Market,
    /// How long after its deadline an unpaid order may still stand.
    lateness: Duration,
    /// Orders that were answered with 2xx and must not be lost.
    promised: BTreeSet<String>,
}

/// All documents that matter, as JSON, by id.
struct Truth {
    orders: BTreeMap<String, Value>,
    inventory: BTreeMap<String, Value>,
    buyers: BTreeMap<String, Value>,
    tickets: BTreeMap<String, Value>,
    payments: BTreeMap<String, Value>,
    replicas: BTreeMap<String, Value>,
    deadlines: BTreeMap<String, Value>,
    unsent: Vec<String>,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl<'a> Invariants<'a> {
    pub(crate) fn new(market: &'a Market) -> Self {
        Self { market, lateness: Duration::from_secs(5), promised: BTreeSet::new() }
    }

    /// These orders were answered with 2xx: none may be missing.
    #[must_use]
    pub fn with_promised(mut self, orders: impl IntoIterator<Item = OrderId>) -> Self {
        self.promised.extend(orders.into_iter().map(|order| order.to_string()));
        self
    }

    /// Waits until all invariants hold at once, and the books are right. Panics with what is violated if that takes too
    /// long.
    pub async fn hold(&self) {
        let began = Instant::now();
        loop {
            let mut violations = self.violations().await;
            if violations.is_empty() {
                violations.extend(self.market.audit().await.err());
            }
            if violations.is_empty() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "after {PATIENCE:?}:\n{}", violations.join("\n"));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// What is violated at this moment; in the midst of business something may well be.
    pub async fn violations(&self) -> Vec<String> {
        let truth = self.read().await;
        let mut violations = Vec::new();
        truth.units(&mut violations);
        truth.money(&mut violations);
        truth.deadlines(self.lateness, &mut violations);
        truth.replicas(&mut violations);
        violations.extend(
            self.promised
                .iter()
                .filter(|id| !truth.orders.contains_key(*id))
                .map(|id| format!("I5: order {id} is lost")),
        );
        violations
    }

    async fn read(&self) -> Truth {
        let mut unsent = Vec::new();
        for (service, collection) in [
            (Service::Orders, "orders"),
            (Service::Tickets, "tickets"),
            (Service::Payments, "payments"),
            (Service::Expiration, "deadlines"),
            (Service::Auth, "users"),
            (Service::Auth, "sessions"),
        ] {
            let waiting = self.find(service, collection, doc! { "outbox.id": { "$gt": "" } }).await;
            unsent.extend(waiting.into_keys().map(|id| format!("{collection} {id}")));
        }
        Truth {
            orders: self.find(Service::Orders, "orders", doc! {}).await,
            inventory: self.find(Service::Orders, "inventory", doc! {}).await,
            buyers: self.find(Service::Orders, "buyers", doc! {}).await,
            tickets: self.find(Service::Tickets, "tickets", doc! {}).await,
            payments: self.find(Service::Payments, "payments", doc! {}).await,
            replicas: self.find(Service::Payments, "orders", doc! {}).await,
            deadlines: self.find(Service::Expiration, "deadlines", doc! {}).await,
            unsent,
        }
    }

    async fn find(&self, service: Service, collection: &str, filter: Document) -> BTreeMap<String, Value> {
        let cursor = self.market.database(service).collection::<Value>(collection).find(filter).await;
        let documents: Vec<Value> =
            cursor.expect("the database answers").try_collect().await.expect("it goes on");
        documents.into_iter().map(|document| (text(&document["_id"]).to_owned(), document)).collect()
    }
}

impl Truth {
    /// The status of an order as stored: `created`, `awaiting_payment`, `complete`, `cancelled`.
    fn status(order: &Value) -> &str {
        text(&order["state"]["status"]["name"])
    }

    fn is_live(order: &Value) -> bool {
        matches!(Self::status(order), "created" | "awaiting_payment")
    }

    fn lines(order: &Value) -> &[Value] {
        order["state"]["lines"].as_array().map_or(&[], Vec::as_slice)
    }

    /// I1: what is held, sold and taken for it is exactly what the orders have, without what they gave back, and never more
    /// than there is.
    fn units(&self, violations: &mut Vec<String>) {
        let mut held = BTreeMap::<&str, i64>::new();
        let mut sold = BTreeMap::<&str, i64>::new();
        let mut takings = BTreeMap::<&str, i64>::new();
        let mut by_buyer = BTreeMap::<&str, i64>::new();
        for order in self.orders.values() {
            for line in Self::lines(order) {
                let (ticket, quantity) = (text(&line["ticketId"]), number(&line["quantity"]));
                if Self::is_live(order) {
                    *held.entry(ticket).or_default() += quantity;
                    *by_buyer.entry(text(&order["state"]["buyerId"])).or_default() += quantity;
                } else if Self::status(order) == "complete" {
                    *sold.entry(ticket).or_default() += quantity - number(&line["returned"]);
                    *takings.entry(ticket).or_default() +=
                        quantity * number(&line["price"]) - number(&line["refunded"]);
                }
            }
        }
        for (id, inventory) in &self.inventory {
            let count = |name: &str| number(&inventory[name]);
            if count("held") + count("sold") > count("quantity") || count("available") < 0 {
                violations.push(format!("I1: inventory {id} gives away more than there is: {inventory}"));
            }
            let of = |units: &BTreeMap<&str, i64>| units.get(id.as_str()).copied().unwrap_or_default();
            let counted = [count("held"), count("sold"), count("takings")];
            if counted != [of(&held), of(&sold), of(&takings)] {
                violations.push(format!("I1: inventory {id} differs from its orders: {inventory}"));
            }
        }
        for (id, buyer) in &self.buyers {
            if number(&buyer["held"]) != by_buyer.get(id.as_str()).copied().unwrap_or_default() {
                violations.push(format!("I1: buyer {id} holds otherwise than counted: {buyer}"));
            }
        }
    }

    /// I3: no unpaid order outlives its deadline by more than the bound; nothing stays half-paid.
    fn deadlines(&self, lateness: Duration, violations: &mut Vec<String>) {
        let now = i128::from(Clock::System.now().as_millisecond());
        for (id, order) in &self.orders {
            let expires_at = text(&order["state"]["expiresAt"]["$date"]["$numberLong"]).parse::<i64>();
            let expires_at = expires_at.expect("an order has a deadline");
            let late =
                i128::from(expires_at) + i128::try_from(lateness.as_millis()).unwrap_or_default() < now;
            match Self::status(order) {
                "created" if late => violations.push(format!("I3: order {id} is overdue")),
                "awaiting_payment" => violations.push(format!("I3: order {id} still awaits its payment")),
                _ => {}
            }
        }
    }

    /// I4: everything is announced, and every replica has heard the newest.
    fn replicas(&self, violations: &mut Vec<String>) {
        violations.extend(self.unsent.iter().map(|what| format!("I4: {what} has unsent events")));
        for (id, ticket) in &self.tickets {
            let Some(inventory) = self.inventory.get(id) else {
                violations.push(format!("I4: ticket {id} is unknown to orders"));
                continue;
            };
            let projected = &ticket["state"]["availability"];
            for name in ["seq", "held", "sold", "takings", "available"] {
                if number(&projected[name]) != number(&inventory[name]) {
                    violations
                        .push(format!("I4: ticket {id} shows {projected}, the inventory is {inventory}"));
                    break;
                }
            }
            if number(&ticket["state"]["version"]) != number(&inventory["ticketVersion"]) {
                violations.push(format!("I4: the inventory of ticket {id} has an old version"));
            }
        }
        for (id, order) in &self.orders {
            let version = number(&order["state"]["version"]);
            if self.replicas.get(id).map(|replica| number(&replica["version"])) != Some(version) {
                violations.push(format!("I4: payments has not heard the newest of order {id}"));
            }
            let waits = self
                .deadlines
                .get(id)
                .is_some_and(|deadline| text(&deadline["state"]["status"]) == "waiting");
            if waits != (Self::status(order) == "created") {
                violations.push(format!("I4: expiration has not heard the newest of order {id}"));
            }
        }
    }
}
