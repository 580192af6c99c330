//! Two made-up services in a namespace of their own: one that owns listings, others that hear of them.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{self, consumer::pull::OrderedConfig};
use bson::{Document, doc};
use common::{
    clock::Clock,
    events::{Event, ListingStatus, Stream, TicketState},
    id::{Id, TicketId, UserId},
    money::{Minor, Price},
};
use futures::StreamExt;
use jiff::Timestamp;
use messaging::{Aggregate, Aggregates, Messaging, MessagingSettings, Outcome, Subscription};
use runtime::{Failure, Life, TraceParent, entropy};
use serde::{Deserialize, Serialize};
use testkit::{Namespace, eventually};
use tokio::sync::Mutex;

/// Long enough for relay and consumers to have done what they should not do.
pub(crate) const A_WHILE: Duration = Duration::from_millis(500);

pub(crate) const TICKETS: Subscription = Subscription {
    stream: Stream::Tickets,
    types: &["ticket.created", "ticket.updated", "ticket.withdrawn"],
};

/// The aggregate of these tests: a listing's public state and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Listing(pub(crate) TicketState);

impl Aggregate for Listing {
    const COLLECTION: &'static str = "listings";

    fn id(&self) -> String {
        self.0.id.to_string()
    }

    fn version(&self) -> u64 {
        self.0.version
    }

    fn announcement(&self) -> Option<Event> {
        // A listing called so is a draft nobody was ever told of.
        (self.0.title.as_str() != "Draft").then(|| Event::TicketUpdated(self.0.clone()))
    }

    fn derived(&self) -> Document {
        doc! { "letters": i64::try_from(self.0.title.as_str().len()).unwrap() }
    }
}

impl Listing {
    pub(crate) fn new(title: &str) -> Self {
        let start = Timestamp::from_second(1_800_000_000).unwrap();
        Self(TicketState {
            id: TicketId::generate(start, entropy()),
            version: 1,
            seller_id: UserId::generate(start, entropy()),
            title: title.parse().unwrap(),
            price_minor: Price::try_from(Minor::new(4950).unwrap()).unwrap(),
            currency: "usd".parse().unwrap(),
            quantity: 2,
            status: ListingStatus::Listed,
            starts_at: None,
            time_zone: None,
        })
    }

    /// The next version, with another title.
    pub(crate) fn renamed(&self, title: &str) -> Self {
        let (version, title) = (self.0.version + 1, title.parse().unwrap());
        Self(TicketState { version, title, ..self.0.clone() })
    }

    pub(crate) fn created(&self) -> Event {
        Event::TicketCreated(self.0.clone())
    }

    pub(crate) fn updated(&self) -> Event {
        Event::TicketUpdated(self.0.clone())
    }
}

/// A namespace, a clock that stands still, and a connection to look at the streams with.
pub(crate) struct World {
    pub(crate) namespace: Namespace,
    pub(crate) clock: Clock,
    pub(crate) jetstream: jetstream::Context,
}

/// A service. Stops with its owner.
pub(crate) struct Service {
    pub(crate) life: Life,
    pub(crate) messaging: Messaging,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.life.stop();
    }
}

impl Service {
    pub(crate) async fn stop(self) {
        self.life.stop();
        assert!(self.life.drained(Duration::from_secs(10)).await, "the service stops in time");
    }

    pub(crate) async fn listings(&self) -> Aggregates<Listing> {
        Aggregates::open(&self.messaging, Vec::new()).await.unwrap()
    }

    pub(crate) async fn outbox_becomes_empty(&self) {
        eventually("the outbox to be empty", || async {
            self.messaging.outbox_is_empty().await.unwrap().then_some(())
        })
        .await;
    }

    /// Subscribes and remembers what arrives; `decide` says what comes of it.
    pub(crate) async fn hear<F>(&self, decide: F) -> Heard
    where
        F: Fn(&Hearing, usize) -> Outcome + Clone + Send + Sync + 'static,
    {
        let heard = Heard::default();
        let log = heard.clone();
        let handler = move |delivery: messaging::Delivery| {
            let (log, decide) = (log.clone(), decide.clone());
            async move {
                let trace_id = TraceParent::current().trace_id();
                let hearing = Hearing { event: delivery.event, id: delivery.id, trace_id };
                let mut log = log.0.lock().await;
                let before = log.iter().filter(|other| other.id == hearing.id).count();
                log.push(hearing.clone());
                drop(log);
                decide(&hearing, before)
            }
        };
        self.messaging.subscribe(TICKETS, handler).await.unwrap();
        heard
    }
}

/// One run of a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hearing {
    pub(crate) event: Event,
    pub(crate) id: String,
    pub(crate) trace_id: String,
}

/// What a service's handler was given, in order.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Hearing>>>);

impl Heard {
    pub(crate) async fn all(&self) -> Vec<Hearing> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn events(&self) -> Vec<Event> {
        self.all().await.into_iter().map(|hearing| hearing.event).collect()
    }

    /// Waits until a handler was given `event` at least `times` times.
    pub(crate) async fn becomes(&self, event: &Event, times: usize) {
        eventually(format!("{} to be heard {times} times", event.kind()), || async {
            (self.events().await.iter().filter(|heard| *heard == event).count() >= times).then_some(())
        })
        .await;
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::at(Namespace::new()).await
    }

    pub(crate) async fn at(namespace: Namespace) -> Self {
        let start = Timestamp::from_second(1_800_000_000).unwrap();
        let client =
            async_nats::connect(namespace.variable("NATS_URL")).await.expect("the test broker answers");
        Self { namespace, clock: Clock::manual(start), jetstream: jetstream::new(client) }
    }

    /// Starts the service that owns listings.
    pub(crate) async fn tickets(&self) -> Service {
        self.service("tickets", &[Stream::Tickets]).await
    }

    pub(crate) async fn service(&self, name: &'static str, publishes: &'static [Stream]) -> Service {
        self.try_service(name, publishes).await.expect("the service connects")
    }

    pub(crate) async fn try_service(
        &self,
        name: &'static str,
        publishes: &'static [Stream],
    ) -> Result<Service, Failure> {
        let mut env = self.namespace.env();
        let settings = MessagingSettings::read(&mut env, name);
        let settings = env.finish(settings).expect("the configuration is good");
        let life = Life::detached();
        let messaging = Messaging::connect(settings, publishes, self.clock.clone(), &life).await?;
        life.ready();
        Ok(Service { life, messaging })
    }

    pub(crate) fn stream_name(&self, stream: &str) -> String {
        format!("{}_{stream}", self.namespace.name().to_uppercase())
    }

    /// The messages of a stream, oldest first.
    pub(crate) async fn messages(&self, stream: &str) -> Vec<jetstream::Message> {
        let stream = self.jetstream.get_stream(self.stream_name(stream)).await.expect("the stream is there");
        let count = usize::try_from(stream.cached_info().state.messages).unwrap();
        if count == 0 {
            return Vec::new();
        }
        let consumer = stream.create_consumer(OrderedConfig::default()).await.unwrap();
        consumer.messages().await.unwrap().take(count).map(Result::unwrap).collect().await
    }

    /// What the stream of tickets holds, oldest first.
    pub(crate) async fn published(&self) -> Vec<Event> {
        let messages = self.messages("TICKETS").await;
        messages.iter().map(decode).collect()
    }

    pub(crate) async fn published_becomes(&self, events: &[Event]) {
        eventually(format!("{} events to be published", events.len()), || async {
            (self.published().await == events).then_some(())
        })
        .await;
    }
}

fn decode(message: &jetstream::Message) -> Event {
    let kind = message.headers.as_ref().unwrap().get("ce-type").unwrap().as_str();
    Event::decode(kind, &message.payload).unwrap()
}
