//! A running payments service with everything a test needs around it.

use std::time::Duration;

use bson::{Document, doc};
use common::{
    api::{CancelReason, OrderStatus, PaymentStatus, PaymentView},
    clock::Clock,
    events::{Event, OrderItemState, OrderState, PaymentState, Stream},
    id::{Id, OrderId, PaymentId, TicketId},
    money::Minor,
};
use jiff::Timestamp;
use payments::{Config, LedgerCommand, MoneyCommand, Running, start};
use runtime::{Life, entropy};
use serde_json::json;
use testkit::{Actor, Answer, Broker, Identity, Namespace, eventually};

/// One or more replicas in a namespace of their own, with a clock that stands still.
pub(crate) struct App {
    namespace: Namespace,
    identity: Identity,
    pub(crate) clock: Clock,
    pub(crate) broker: Broker,
    pub(crate) database: mongodb::Database,
    replicas: Vec<(Running, Life)>,
    /// Who sells the two listings of every order.
    pub(crate) sam: Actor,
    pub(crate) sue: Actor,
}

impl App {
    pub(crate) async fn start() -> Self {
        Self::with_replicas(1).await
    }

    pub(crate) async fn with_replicas(count: usize) -> Self {
        Self::started(count, &[]).await
    }

    /// So many replicas that are told this besides what all tests' are.
    pub(crate) async fn started(count: usize, variables: &[(&'static str, &str)]) -> Self {
        let identity = Identity::new();
        let namespace =
            Namespace::new().with("JWT_JWKS_FILE", identity.jwks_file()).with("RECONCILE_SECONDS", "1");
        let namespace =
            variables.iter().fold(namespace, |namespace, (name, value)| namespace.with(name, *value));
        let clock = Clock::manual(Timestamp::from_second(1_900_000_000).unwrap());
        let mut replicas = Vec::new();
        for _ in 0..count {
            let mut env = namespace.env();
            let config = Config::read(&mut env);
            let config = env.finish(config).expect("the test's configuration is good");
            let life = Life::detached();
            let running = start(config, clock.clone(), &life).await.expect("the service starts");
            eventually("readiness", || async { life.is_ready().then_some(()) }).await;
            replicas.push((running, life));
        }
        let broker = Broker::connect(&namespace).await;
        let database = namespace.database().await;
        let url = format!("http://{}", replicas[0].0.addr);
        let [sam, sue] = ["sam", "sue"].map(|name| identity.actor(name, &url, &clock));
        Self { namespace, identity, clock, broker, database, replicas, sam, sue }
    }

    pub(crate) fn url(&self, replica: usize) -> String {
        format!("http://{}", self.replicas[replica].0.addr)
    }

    pub(crate) fn buyer(&self, name: &str) -> Actor {
        self.identity.actor(name, &self.url(0), &self.clock)
    }

    pub(crate) fn stranger(&self) -> Actor {
        Actor::new(&self.url(0))
    }

    /// An order of the buyer's that payments has not heard of.
    pub(crate) fn new_order(&self, buyer: &Actor) -> OrderState {
        let now = self.clock.now();
        OrderState {
            id: OrderId::generate(now, entropy()),
            version: 1,
            buyer_id: buyer.id(),
            status: OrderStatus::Created,
            expires_at: Timestamp::from_second(now.as_second() + 900).unwrap(),
            total_minor: Minor::new(4050).unwrap(),
            currency: "usd".parse().unwrap(),
            cancel_reason: None,
            payment_id: None,
            items: vec![item(&self.sam, 1, 2, 1000), item(&self.sue, 2, 1, 2050)],
        }
    }

    /// A complete order of the buyer's, and the payment that paid it.
    pub(crate) async fn sold_to(&self, buyer: &Actor) -> (OrderState, PaymentView) {
        let order = self.order(buyer).await;
        let view = self.paid(buyer, &order).await;
        let confirmed = then(&order, OrderStatus::AwaitingPayment);
        self.tell(&confirmed).await;
        let captured = self.becomes(buyer, view.id, PaymentStatus::Captured).await;
        let complete = then(&confirmed, OrderStatus::Complete);
        self.tell(&complete).await;
        (complete, captured)
    }

    /// An order of the buyer's that payments knows.
    pub(crate) async fn order(&self, buyer: &Actor) -> OrderState {
        let order = self.new_order(buyer);
        self.tell(&order).await;
        order
    }

    /// Publishes the order's state and waits until payments has it, or a newer one.
    pub(crate) async fn tell(&self, order: &OrderState) {
        self.broker.publish(&event_of(order)).await;
        let version = i64::try_from(order.version).unwrap();
        eventually(format!("the copy of {order:?}"), || async {
            let known = doc! { "_id": order.id.to_string(), "version": { "$gte": version } };
            let orders = self.database.collection::<Document>("orders");
            orders.find_one(known).await.unwrap().map(drop)
        })
        .await;
    }

    pub(crate) async fn pay(&self, buyer: &Actor, order: &OrderState, token: &str) -> Answer {
        buyer.post("/api/payments", json!({ "orderId": order.id, "token": token })).await
    }

    /// Pays with a card that needs no more, and returns the payment.
    pub(crate) async fn paid(&self, buyer: &Actor, order: &OrderState) -> PaymentView {
        self.pay(buyer, order, "tok_visa").await.expect(201).read()
    }

    /// Waits until the payment stands so.
    pub(crate) async fn becomes(&self, buyer: &Actor, id: PaymentId, status: PaymentStatus) -> PaymentView {
        eventually(format!("{id} to be {status:?}"), || async {
            let view: PaymentView = buyer.get(&format!("/api/payments/{id}")).await.expect(200).read();
            (view.status == status).then_some(view)
        })
        .await
    }

    /// What was announced of an order's payments, without what was said twice.
    pub(crate) async fn told(&self, order: &OrderState) -> Vec<(&'static str, PaymentState)> {
        let events = self.broker.events(Stream::Payments).await;
        let mut told = Vec::new();
        for event in events {
            let kind = event.kind();
            let (Event::PaymentAuthorized(state)
            | Event::PaymentCaptured(state)
            | Event::PaymentFailed(state)
            | Event::PaymentVoided(state)
            | Event::PaymentRefunded(state)) = event
            else {
                panic!("{kind} is no payment's event")
            };
            if state.order_id == order.id && !told.contains(&(kind, state.clone())) {
                told.push((kind, state));
            }
        }
        told
    }

    /// Waits until exactly these events were announced of an order's payments.
    pub(crate) async fn tells(&self, order: &OrderState, kinds: &[&str]) {
        eventually(format!("{kinds:?}"), || async {
            let told = self.told(order).await;
            let told: Vec<_> = told.iter().map(|(kind, _)| *kind).collect();
            (told == kinds).then_some(())
        })
        .await;
    }

    /// Where the payment stands with the sandbox.
    pub(crate) async fn at_the_gateway(&self, id: PaymentId) -> Option<String> {
        let ledger = self.database.collection::<Document>("sandbox_gateway");
        let entry = ledger.find_one(doc! { "_id": id.to_string() }).await.unwrap()?;
        Some(entry.get_str("status").unwrap().to_owned())
    }

    /// What the sandbox has given back of a payment, in minor units.
    pub(crate) async fn refunded_at_the_gateway(&self, id: PaymentId) -> i64 {
        let ledger = self.database.collection::<Document>("sandbox_gateway");
        let entry = ledger.find_one(doc! { "_id": id.to_string() }).await.unwrap().unwrap();
        let refunds = entry.get_array("refunds").unwrap().iter();
        refunds.map(|refund| refund.as_document().unwrap().get_i64("amountMinor").unwrap()).sum()
    }

    /// Proves the books right, as an operator would.
    pub(crate) async fn audit(&self) -> Result<(), String> {
        self.run(MoneyCommand::Ledger(LedgerCommand::Check)).await
    }

    /// Runs an operator's command.
    pub(crate) async fn run(&self, command: MoneyCommand) -> Result<(), String> {
        self.replicas[0].0.operate(command).await.map_err(|failure| failure.to_string())
    }

    /// Lets so much time pass that whatever is unsettled is looked at.
    pub(crate) fn wait_for_the_reconciler(&self) {
        self.clock.advance(Duration::from_secs(10));
    }

    pub(crate) async fn republish(&self) -> u64 {
        self.replicas[0].0.republish().await.unwrap()
    }

    pub(crate) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Ends the test: nothing may be left behind.
    pub(crate) async fn finish(self) {
        let messaging = &self.replicas[0].0.messaging;
        eventually("an empty outbox", || async { messaging.outbox_is_empty().await.unwrap().then_some(()) })
            .await;
        assert_eq!(messaging.dead_letters().list().await.unwrap(), []);
        for (_, life) in &self.replicas {
            life.stop();
        }
        for (_, life) in &self.replicas {
            assert!(life.drained(Duration::from_secs(10)).await, "the service did not stop");
        }
        self.database.drop().await.unwrap();
    }
}

/// So many units of somebody's listing.
pub(crate) fn item(seller: &Actor, number: u8, quantity: u32, cents: i64) -> OrderItemState {
    OrderItemState {
        ticket_id: ticket(number),
        seller_id: Some(seller.id()),
        starts_at: None,
        quantity,
        returned: 0,
        price_minor: Minor::new(cents).unwrap().try_into().unwrap(),
        refunded_minor: Minor::default(),
        seq: 1,
        held: quantity,
        sold: 0,
        takings_minor: None,
        quantity_listed: quantity,
    }
}

/// A listing of that number, the same in every test.
pub(crate) fn ticket(number: u8) -> TicketId {
    TicketId::generate(Timestamp::UNIX_EPOCH, [number; 8])
}

/// The event that tells an order's state.
pub(crate) fn event_of(order: &OrderState) -> Event {
    let event = match order.status {
        OrderStatus::Created => Event::OrderCreated,
        OrderStatus::AwaitingPayment => Event::OrderConfirmed,
        OrderStatus::Complete => Event::OrderCompleted,
        OrderStatus::Cancelled => Event::OrderCancelled,
    };
    event(order.clone())
}

/// The order one change later.
pub(crate) fn then(order: &OrderState, status: OrderStatus) -> OrderState {
    OrderState { version: order.version + 1, status, ..order.clone() }
}

/// The order cancelled.
pub(crate) fn cancelled(order: &OrderState, reason: CancelReason) -> OrderState {
    OrderState { cancel_reason: Some(reason), ..then(order, OrderStatus::Cancelled) }
}
