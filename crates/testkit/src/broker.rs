//! The voices and ears of the services that are not under test.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    jetstream::{self, consumer::pull::OrderedConfig, context::GetStreamErrorKind},
};
use common::events::{Event, Stream};
use futures::StreamExt;
use runtime::{TraceParent, entropy};

use crate::Namespace;

/// The broker, in one namespace.
#[derive(Debug, Clone)]
pub struct Broker {
    jetstream: jetstream::Context,
    prefix: String,
}

impl Broker {
    /// Connects.
    pub async fn connect(namespace: &Namespace) -> Self {
        let client =
            async_nats::connect(namespace.variable("NATS_URL")).await.expect("the test broker answers");
        Self { jetstream: jetstream::new(client), prefix: namespace.variable("STREAM_PREFIX").to_owned() }
    }

    /// The JetStream itself.
    pub fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    /// Publishes an event as its owner would.
    pub async fn publish(&self, event: &Event) {
        self.publish_raw(event.kind(), &event.to_json().expect("an event is JSON")).await;
    }

    /// Publishes any body as an event of type `kind`.
    pub async fn publish_raw(&self, kind: &str, body: &str) {
        let mut headers = HeaderMap::new();
        let id = format!("{:032x}", u128::from_be_bytes(entropy()));
        headers.insert("ce-specversion", "1.0");
        headers.insert("ce-id", id.as_str());
        headers.insert("ce-type", kind);
        headers.insert("ce-source", "/testkit");
        headers.insert(TraceParent::HEADER, TraceParent::current().to_string());
        let subject = format!("{}.{kind}", self.prefix);
        let confirmation =
            self.jetstream.publish_with_headers(subject, headers, body.to_owned().into()).await;
        confirmation.expect("the broker is there").await.expect("the stream takes the event");
    }

    /// All events of a stream so far, oldest first; none if the stream does not exist.
    pub async fn events(&self, stream: Stream) -> Vec<Event> {
        let name = format!("{}_{}", self.prefix.to_uppercase(), stream.name());
        let stream = match self.jetstream.get_stream(name).await {
            Ok(stream) => stream,
            Err(error) => {
                assert!(matches!(error.kind(), GetStreamErrorKind::JetStream(_)), "{error}");
                return Vec::new();
            }
        };
        let count = usize::try_from(stream.cached_info().state.messages).expect("a countable stream");
        let mut events = Vec::with_capacity(count);
        if count == 0 {
            return events;
        }
        let consumer =
            stream.create_consumer(OrderedConfig::default()).await.expect("a consumer can be made");
        let mut messages = consumer.messages().await.expect("messages can be read");
        while events.len() < count {
            let message = tokio::time::timeout(Duration::from_secs(5), messages.next()).await;
            let message =
                message.expect("the stream is read in time").expect("it goes on").expect("it is readable");
            let kind = message
                .headers
                .as_ref()
                .and_then(|headers| headers.get("ce-type"))
                .expect("an event has a type");
            events.push(Event::decode(kind.as_str(), &message.payload).expect("an event is readable"));
        }
        events
    }
}
