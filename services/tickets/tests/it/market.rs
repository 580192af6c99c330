//! One running tickets service in a namespace of its own, and those who use it.

use std::time::Duration;

use common::{
    api::{OrderStatus, TicketView},
    clock::Clock,
    events::{Event, OrderItemState, OrderState, Stream, TicketState},
    id::{Id, OrderId, TicketId, UserId},
    money::{Minor, Price},
};
use messaging::Messaging;
use runtime::{Life, entropy};
use serde_json::{Value, json};
use testkit::{Actor, Broker, Identity, Namespace, eventually};
use tickets::Config;

/// Where every test's clock stands at first.
pub(crate) const NOW: &str = "2027-01-01T12:00:00Z";

pub(crate) struct Market {
    pub(crate) namespace: Namespace,
    pub(crate) identity: Identity,
    pub(crate) clock: Clock,
    pub(crate) broker: Broker,
    pub(crate) messaging: Messaging,
    pub(crate) url: String,
    pub(crate) life: Life,
}

impl Market {
    pub(crate) async fn open() -> Self {
        Self::open_with(Clock::manual(NOW.parse().unwrap()), |namespace| namespace).await
    }

    pub(crate) async fn open_with(clock: Clock, settings: impl FnOnce(Namespace) -> Namespace) -> Self {
        let identity = Identity::new();
        let namespace = settings(Namespace::new().with("JWT_JWKS_FILE", identity.jwks_file()));
        let life = Life::detached();
        let running = tickets::start(config(&namespace), clock.clone(), &life).await.unwrap();
        let url = format!("http://{}", running.addr);
        let broker = Broker::connect(&namespace).await;
        let market = Self { namespace, identity, clock, broker, messaging: running.messaging, url, life };
        // The orders service makes its stream when it starts; here nobody else does. The subscription did.
        eventually("readiness", || async { market.life.is_ready().then_some(()) }).await;
        market
    }

    /// Requires that nothing is left: no event unsent, none unhandled.
    pub(crate) async fn close(self) {
        let left = self.messaging.dead_letters().list().await.unwrap();
        assert!(left.is_empty(), "dead letters: {left:?}");
        self.close_with_dead_letters().await;
    }

    pub(crate) async fn close_with_dead_letters(self) {
        eventually("an empty outbox", || async {
            self.messaging.outbox_is_empty().await.unwrap().then_some(())
        })
        .await;
        self.life.stop();
        assert!(self.life.drained(Duration::from_secs(10)).await, "something did not stop");
        self.namespace.database().await.drop().await.unwrap();
    }

    /// Somebody signed in.
    pub(crate) fn user(&self, name: &str) -> Actor {
        self.identity.actor(name, &self.url, &self.clock)
    }

    /// Somebody who is not.
    pub(crate) fn stranger(&self) -> Actor {
        Actor::new(&self.url)
    }

    /// A second service in the same namespace, as another pod would be.
    pub(crate) async fn second_pod(&self) -> String {
        let running = tickets::start(config(&self.namespace), self.clock.clone(), &self.life).await.unwrap();
        format!("http://{}", running.addr)
    }

    /// The listing as a stranger sees it.
    pub(crate) async fn look(&self, id: TicketId) -> TicketView {
        self.stranger().get(&format!("/api/tickets/{id}")).await.expect(200).read()
    }

    /// Waits until the listing's held and sold units leave so many available, and returns it.
    pub(crate) async fn until_available(&self, id: TicketId, available: u32) -> TicketView {
        eventually(format!("{available} units of {id}"), || async {
            Some(self.look(id).await).filter(|view| view.available == available)
        })
        .await
    }

    /// What was announced of a listing, oldest first.
    pub(crate) async fn announced(&self, id: TicketId) -> Vec<(&'static str, TicketState)> {
        let events = self.broker.events(Stream::Tickets).await;
        let about = |event: Event| {
            let kind = event.kind();
            match event {
                Event::TicketCreated(state) | Event::TicketUpdated(state) | Event::TicketWithdrawn(state) => {
                    Some((kind, state)).filter(|(_, state)| state.id == id)
                }
                _ => None,
            }
        };
        events.into_iter().filter_map(about).collect()
    }

    /// Waits until so many events were announced of a listing.
    pub(crate) async fn until_announced(
        &self,
        id: TicketId,
        count: usize,
    ) -> Vec<(&'static str, TicketState)> {
        eventually(format!("{count} events of {id}"), || async {
            Some(self.announced(id).await).filter(|events| events.len() >= count)
        })
        .await
    }

    /// Waits until every `order.*` published so far was handled, also those that changed nothing.
    pub(crate) async fn until_heard(&self) {
        let prefix = self.namespace.variable("STREAM_PREFIX").to_uppercase();
        let name = format!("{prefix}_{}", Stream::Orders.name());
        let stream = self.broker.jetstream().get_stream(name).await.unwrap();
        eventually("every order to be heard", || async {
            let consumer = stream.consumer_info("tickets").await.unwrap();
            (consumer.num_pending == 0 && consumer.num_ack_pending == 0).then_some(())
        })
        .await;
    }

    /// The titles of a list, in its order.
    pub(crate) async fn titles(&self, path: &str) -> Vec<String> {
        let list: Vec<TicketView> = self.stranger().get(path).await.expect(200).read();
        list.into_iter().map(|view| view.title.to_string()).collect()
    }

    /// Lets every shared answer grow old.
    pub(crate) fn let_lists_grow_old(&self) {
        self.clock.advance(Duration::from_millis(500));
    }
}

pub(crate) fn config(namespace: &Namespace) -> Config {
    let mut env = namespace.env();
    let config = Config::read(&mut env);
    env.finish(config).unwrap()
}

/// A body with a title and a price, and what else is given.
pub(crate) fn listing(title: &str, price: f64, more: Value) -> Value {
    let mut body = json!({ "title": title, "price": price });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// Lists something.
pub(crate) async fn sell(seller: &Actor, body: Value) -> TicketView {
    seller.post("/api/tickets", body).await.expect(201).read()
}

/// An order with one line, as the inventory stands after it; each unit was sold for 10.
pub(crate) fn order(ticket: TicketId, seq: u64, held: u32, sold: u32) -> OrderState {
    let now = NOW.parse().unwrap();
    let price = Minor::new(1000).unwrap();
    OrderState {
        id: OrderId::generate(now, entropy()),
        version: 1,
        buyer_id: UserId::generate(now, entropy()),
        status: OrderStatus::Created,
        expires_at: "2027-01-01T12:15:00Z".parse().unwrap(),
        total_minor: price,
        currency: "usd".parse().unwrap(),
        cancel_reason: None,
        payment_id: None,
        items: vec![OrderItemState {
            ticket_id: ticket,
            seller_id: None,
            starts_at: None,
            quantity: 1,
            returned: 0,
            refunded_minor: Minor::default(),
            price_minor: Price::try_from(price).unwrap(),
            seq,
            held,
            sold,
            takings_minor: price.get().checked_mul(sold.into()).and_then(Minor::new),
            quantity_listed: 1,
        }],
    }
}
