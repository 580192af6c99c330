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

#[cfg(test)]
mod tests {
    use bson::DateTime;

    use super::*;

    #[test]
    fn a_message_has_the_headers_that_are_described() {
        let entry = Entry {
            id: "01999999-0000-7000-8000-000000000000".to_owned(),
            kind: "ticket.created".to_owned(),
            subject: "6b49d2000102030405060708".to_owned(),
            at: DateTime::from_millis(0),
            trace: TraceParent::start(None).to_string(),
            data: "{}".to_owned(),
        };
        let sent = headers(&entry, "tickets");
        let document = common::events::asyncapi();
        let described = &document["components"]["messages"]["ticket.created"]["headers"]["allOf"];
        let every = document["components"]["schemas"]["CloudEvent"]["properties"].as_object().unwrap();
        let mut names: Vec<&str> = sent.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        assert_eq!(names, every.keys().map(String::as_str).collect::<Vec<_>>());
        for properties in [every, described[1]["properties"].as_object().unwrap()] {
            for (name, schema) in properties {
                if let Some(value) = schema["const"].as_str() {
                    assert_eq!(sent.get(name.as_str()).unwrap().as_str(), value, "{name}");
                }
            }
        }
    }
}
