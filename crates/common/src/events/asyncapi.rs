//! The events as an [AsyncAPI 3](https://www.asyncapi.com/docs/reference/specification/v3.0.0) document, for those who
//! write a consumer.

use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use super::{Stream, catalogue};

const ABOUT: &str = "What the services tell each other over NATS JetStream. An event carries its aggregate's whole \
    public state after a change, and its version. It is delivered at least once and in no particular order: apply it \
    if its version is newer than what you hold, and acknowledge it then. Types and fields are only ever added, so \
    ignore those that you do not know. Where a deployment has a prefix, streams and subjects begin with it.";

/// What is to be told of one type of event.
pub(super) struct Described {
    kind: &'static str,
    summary: &'static str,
    stream: Stream,
    data: String,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Described {
    pub(super) fn new<T: ToSchema>(kind: &'static str, doc: &'static str, stream: Stream) -> Self {
        let data = T::name().into_owned();
        let mut schemas = vec![(data.clone(), <T as PartialSchema>::schema())];
        T::schemas(&mut schemas);
        Self { kind, summary: doc.trim(), stream, data, schemas }
    }

    fn channel(&self) -> Value {
        json!({
            "address": self.kind,
            "description": format!("Kept in the stream {}.", self.stream.name()),
            "messages": { self.kind: reference("messages", self.kind) },
        })
    }

    fn operation(&self) -> Value {
        json!({
            "action": "send",
            "summary": format!("Published by {}.", self.stream.publisher()),
            "channel": { "$ref": format!("#/channels/{}", self.kind) },
        })
    }

    fn message(&self) -> Value {
        json!({
            "name": self.kind,
            "summary": self.summary,
            "headers": {
                "allOf": [
                    reference("schemas", "CloudEvent"),
                    { "properties": {
                        "ce-type": { "const": self.kind },
                        "ce-source": { "const": format!("/{}", self.stream.publisher()) },
                    } },
                ],
            },
            "payload": reference("schemas", &self.data),
        })
    }
}

/// The document: a channel, a message and an operation of its publisher for every type of event.
pub fn asyncapi() -> Value {
    let events = catalogue();
    let each = |about: fn(&Described) -> Value| -> Map<String, Value> {
        events.iter().map(|event| (event.kind.to_owned(), about(event))).collect()
    };
    let mut schemas: Map<String, Value> = events
        .iter()
        .flat_map(|event| &event.schemas)
        .map(|(name, schema)| (name.clone(), json!(schema)))
        .collect();
    schemas.insert("CloudEvent".to_owned(), headers());
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of the ticket market",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "defaultContentType": "application/json",
        "channels": each(Described::channel),
        "operations": each(Described::operation),
        "components": { "messages": each(Described::message), "schemas": schemas },
    })
}

/// CloudEvents 1.0 in NATS' binary mode.
fn headers() -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in [
        ("ce-specversion", json!({ "const": "1.0" })),
        (
            "ce-id",
            json!({ "type": "string", "format": "uuid", "description": "The event's own id, a UUIDv7" }),
        ),
        (
            "Nats-Msg-Id",
            json!({ "type": "string", "description": "The same: the stream leaves out what it has had" }),
        ),
        ("ce-type", json!({ "type": "string", "description": "Also the subject" })),
        ("ce-source", json!({ "type": "string", "description": "The service that published it" })),
        ("ce-subject", json!({ "type": "string", "description": "The id of the aggregate it is about" })),
        (
            "ce-time",
            json!({ "type": "string", "format": "date-time", "description": "When the change was made" }),
        ),
        ("traceparent", json!({ "type": "string", "description": "The trace the change was part of (W3C)" })),
        ("content-type", json!({ "const": "application/json" })),
    ] {
        required.push(name);
        properties.insert(name.to_owned(), schema);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

fn reference(part: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{part}/{name}") })
}
