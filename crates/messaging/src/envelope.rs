//! CloudEvents 1.0 in NATS binary mode: attributes are headers, the body is the data.

use async_nats::{HeaderMap, header::NATS_MESSAGE_ID};
use common::events::{DecodeError, Event};
use runtime::TraceParent;

use crate::outbox::Entry;

pub(crate) const TYPE: &str = "ce-type";
const SPEC_VERSION: &str = "ce-specversion";
const ID: &str = "ce-id";
const SOURCE: &str = "ce-source";
pub(crate) const SUBJECT: &str = "ce-subject";
const TIME: &str = "ce-time";
const CONTENT_TYPE: &str = "content-type";

/// The headers of an entry's message.
pub(crate) fn headers(entry: &Entry, service: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(SPEC_VERSION, "1.0");
    headers.insert(ID, entry.id.as_str());
    headers.insert(NATS_MESSAGE_ID, entry.id.as_str());
    headers.insert(TYPE, entry.kind.as_str());
    headers.insert(SOURCE, format!("/{service}"));
    headers.insert(SUBJECT, entry.subject.as_str());
    headers.insert(TIME, entry.at.try_to_rfc3339_string().unwrap_or_default());
    headers.insert(TraceParent::HEADER, entry.trace.as_str());
    headers.insert(CONTENT_TYPE, "application/json");
    headers
}

/// A message, opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) event: Event,
    pub(crate) id: String,
    pub(crate) trace: TraceParent,
}

/// Reads a message's event. A message without attributes is an unknown event.
pub(crate) fn open(headers: Option<&HeaderMap>, payload: &[u8]) -> Result<Opened, DecodeError> {
    let text = |name| headers.and_then(|headers| headers.get(name)).map_or("", |value| value.as_str());
    Ok(Opened {
        event: Event::decode(text(TYPE), payload)?,
        id: text(ID).to_owned(),
        trace: TraceParent::start(text(TraceParent::HEADER).parse().ok()),
    })
}
