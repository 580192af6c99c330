//! The service under test, and those it deals with.

use std::time::Duration;

use common::{
    api::{OrderView, PaymentStatus},
    clock::Clock,
    events::{Event, ExpirationCompleted, ListingStatus, PaymentState, Stream, TicketState},
    id::{Id, OrderId, PaymentId, TicketId, UserId},
    money::Minor,
};
use jiff::Timestamp;
use mongodb::bson::{Document, doc};
use orders::{Config, Running};
use runtime::{Life, entropy};
use testkit::{Actor, Answer, Broker, Identity, Namespace, eventually};

pub(crate) struct Market {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) broker: Broker,
    pub(crate) running: Running,
    identity: Identity,
    namespace: Namespace,
    life: Life,
    seller: UserId,
}

impl Market {
    pub(crate) async fn open() -> Self {
        Self::open_with(|namespace| namespace).await
    }

    pub(crate) async fn open_with(settings: impl FnOnce(Namespace) -> Namespace) -> Self {
        let identity = Identity::new();
        let namespace = settings(Namespace::new().with("JWT_JWKS_FILE", identity.jwks_file()));
        let clock = Clock::manual(Clock::System.now());
        let life = Life::detached();
        let mut env = namespace.env();
        let config = Config::read(&mut env);
        let config = env.finish(config).unwrap();
        let running =
            orders::start(config, clock.clone(), &life).await.unwrap_or_else(|failure| panic!("{failure}"));
        Self {
            url: format!("http://{}", running.addr),
            seller: UserId::generate(clock.now(), entropy()),
            broker: Broker::connect(&namespace).await,
            clock,
            running,
            identity,
            namespace,
            life,
        }
    }

    /// A new buyer.
    pub(crate) fn buyer(&self, name: &str) -> Actor {
        self.identity.actor(name, &self.url, &self.clock)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A listing as the tickets service announces it.
    pub(crate) fn ticket(&self, quantity: u32, cents: i64) -> TicketState {
        TicketState {
            // Old enough that nobody waits for it.
            id: TicketId::generate(self.clock.now() - Duration::from_mins(1), entropy()),
            version: 1,
            seller_id: self.seller,
            title: "Hamlet, stalls".parse().unwrap(),
            price_minor: Minor::new(cents).unwrap().try_into().unwrap(),
            currency: "usd".parse().unwrap(),
            quantity,
            status: ListingStatus::Listed,
            starts_at: None,
            time_zone: None,
        }
    }

    /// Lists a ticket and waits until it can be reserved.
    pub(crate) async fn list(&self, quantity: u32) -> TicketState {
        let ticket = self.ticket(quantity, 2000);
        self.broker.publish(&Event::TicketCreated(ticket.clone())).await;
        self.inventory(ticket.id, "to be known", |_| true).await;
        ticket
    }

    /// The service's documents.
    pub(crate) async fn database(&self) -> mongodb::Database {
        self.namespace.database().await
    }

    /// The inventory, once it meets the condition.
    pub(crate) async fn inventory(
        &self,
        ticket: TicketId,
        what: &str,
        condition: impl Fn(&Document) -> bool,
    ) -> Document {
        let inventory = self.namespace.database().await.collection::<Document>("inventory");
        eventually(format!("the inventory of {ticket} {what}"), async || {
            let found = inventory.find_one(doc! { "_id": ticket.to_string() }).await.unwrap();
            found.filter(&condition)
        })
        .await
    }

    /// Held and sold units.
    pub(crate) async fn units(&self, ticket: TicketId) -> (i64, i64) {
        let inventory = self.inventory(ticket, "to be known", |_| true).await;
        let number = |name: &str| match inventory.get(name).unwrap() {
            mongodb::bson::Bson::Int32(number) => i64::from(*number),
            mongodb::bson::Bson::Int64(number) => *number,
            other => panic!("{other}"),
        };
        assert_eq!(number("available"), number("quantity") - number("held") - number("sold"));
        (number("held"), number("sold"))
    }

    /// Sets the held units of an inventory to none, behind the service's back.
    pub(crate) async fn forget_held(&self, ticket: TicketId) {
        let inventory = self.namespace.database().await.collection::<Document>("inventory");
        let nothing = doc! { "$set": { "held": 0, "available": 1 } };
        inventory.update_one(doc! { "_id": ticket.to_string() }, nothing).await.unwrap();
    }

    /// Units the buyer holds, as counted for the limit.
    pub(crate) async fn held_by(&self, buyer: &Actor) -> i64 {
        let buyers = self.namespace.database().await.collection::<Document>("buyers");
        let found = buyers.find_one(doc! { "_id": buyer.id().to_string() }).await.unwrap();
        found.map_or(0, |buyer| {
            buyer.get_i64("held").unwrap_or_else(|_| i64::from(buyer.get_i32("held").unwrap()))
        })
    }

    pub(crate) fn payment(order: &OrderView, id: PaymentId, status: PaymentStatus) -> PaymentState {
        PaymentState {
            id,
            version: 2,
            order_id: order.id,
            status,
            amount_minor: order.total.0,
            currency: "usd".parse().unwrap(),
            gateway: "sandbox".to_owned(),
            gateway_ref: None,
            reason: None,
            refunded_minor: Minor::default(),
            refunded_lines: Vec::new(),
        }
    }

    pub(crate) fn new_payment(&self) -> PaymentId {
        PaymentId::generate(self.clock.now(), entropy())
    }

    pub(crate) async fn expire(&self, order: OrderId, expires_at: Timestamp) {
        self.broker
            .publish(&Event::ExpirationCompleted(ExpirationCompleted { order_id: order, expires_at }))
            .await;
    }

    /// Waits until the service has acknowledged every event published to a stream so far.
    pub(crate) async fn quiet(&self, stream: Stream) {
        let name = format!("{}_{}", self.namespace.name().to_uppercase(), stream.name());
        let jetstream = self.broker.jetstream();
        eventually(format!("{name} to be handled"), async || {
            let stream = jetstream.get_stream(&name).await.ok()?;
            let consumer = stream.consumer_info("orders").await.ok()?;
            (consumer.num_pending == 0 && consumer.num_ack_pending == 0).then_some(())
        })
        .await;
    }

    /// How often events of a stream were delivered so far, repetitions counted.
    pub(crate) async fn deliveries(&self, stream: Stream) -> u64 {
        let name = format!("{}_{}", self.namespace.name().to_uppercase(), stream.name());
        let stream = self.broker.jetstream().get_stream(name).await.unwrap();
        stream.consumer_info("orders").await.unwrap().delivered.consumer_sequence
    }

    /// Removes a stream and all it holds, and waits until it is there again.
    pub(crate) async fn lose(&self, stream: Stream) {
        let name = format!("{}_{}", self.namespace.name().to_uppercase(), stream.name());
        let jetstream = self.broker.jetstream();
        jetstream.delete_stream(&name).await.unwrap();
        eventually(format!("{name} to be there again"), async || {
            jetstream.get_stream(&name).await.ok().map(drop)
        })
        .await;
    }

    /// A second process on the same database and streams. Returns its address.
    pub(crate) async fn twin(&self) -> String {
        let mut env = self.namespace.env();
        let config = Config::read(&mut env);
        let config = env.finish(config).unwrap();
        let running = orders::start(config, self.clock.clone(), &self.life).await;
        format!("http://{}", running.unwrap_or_else(|failure| panic!("{failure}")).addr)
    }

    /// Ends the test: everything announced, nothing dead.
    pub(crate) async fn close(self) {
        eventually("the outbox to be empty", async || {
            self.running.messaging.outbox_is_empty().await.unwrap().then_some(())
        })
        .await;
        let dead =
            self.running.messaging.dead_letters().list().await.unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(dead, []);
        self.life.stop();
    }
}

/// What buyers do.
pub(crate) trait Buyer {
    async fn reserve(&self, ticket: TicketId) -> Answer;
    async fn reserve_units(&self, units: &[(TicketId, u32)]) -> Answer;
    async fn order(&self, id: OrderId) -> OrderView;
    async fn order_when(&self, id: OrderId, what: &str, condition: impl Fn(&OrderView) -> bool) -> OrderView;
}

impl Buyer for Actor {
    async fn reserve(&self, ticket: TicketId) -> Answer {
        self.post("/api/orders", serde_json::json!({ "ticketId": ticket })).await
    }

    async fn reserve_units(&self, units: &[(TicketId, u32)]) -> Answer {
        let item = |(ticket, quantity): &(TicketId, u32)| serde_json::json!({ "ticketId": ticket, "quantity": quantity });
        let items: Vec<_> = units.iter().map(item).collect();
        self.post("/api/orders", serde_json::json!({ "items": items })).await
    }

    async fn order(&self, id: OrderId) -> OrderView {
        self.get(&format!("/api/orders/{id}")).await.expect(200).read()
    }

    async fn order_when(&self, id: OrderId, what: &str, condition: impl Fn(&OrderView) -> bool) -> OrderView {
        eventually(format!("order {id} {what}"), async || Some(self.order(id).await).filter(&condition)).await
    }
}
