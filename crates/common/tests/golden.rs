//! Every shape an event was ever published in stays readable, and is written today as it was then.
//!
//! A file is named after the event's type, with what is special about it after a dash. Files are added when a type
//! or an optional field is; none is ever changed, for streams hold what was published long ago.
#![expect(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::{fs, path::Path};

use common::events::{DecodeError, Event, Stream};
use serde_json::{Value, json};

struct Golden {
    name: String,
    kind: String,
    data: Value,
}

fn golden() -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder is readable").path())
        .collect();
    files.sort();
    let read = |path: &Path| {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a file has a name").to_owned();
        let text = fs::read_to_string(path).expect("the file is readable");
        let kind = name.split('-').next().unwrap_or_default().to_owned();
        Golden { kind, data: serde_json::from_str(&text).expect("the file is JSON"), name }
    };
    files.iter().map(|path| read(path)).collect()
}

fn decode(golden: &Golden, data: &Value) -> Event {
    match Event::decode(&golden.kind, data.to_string().as_bytes()) {
        Ok(event) => event,
        Err(error) => panic!("{}: {error}: {:?}", golden.name, std::error::Error::source(&error)),
    }
}

#[test]
fn every_published_shape_is_read_and_written_unchanged() {
    for golden in golden() {
        let event = decode(&golden, &golden.data);
        assert_eq!(event.kind(), golden.kind, "{}", golden.name);
        let written: Value =
            serde_json::from_str(&event.to_json().expect("an event is JSON")).expect("it is JSON");
        assert_eq!(written, golden.data, "{}", golden.name);
    }
}

#[test]
fn every_type_has_a_golden_file_and_every_file_a_type() {
    let golden = golden();
    for kind in Event::TYPES {
        assert!(golden.iter().any(|golden| golden.name == *kind), "tests/golden/{kind}.json is missing");
    }
    for golden in golden {
        assert!(Event::TYPES.contains(&golden.kind.as_str()), "{} is of no type", golden.name);
    }
}

#[test]
fn a_field_added_later_does_not_hinder_an_older_reader() {
    for golden in golden() {
        let mut data = golden.data.clone();
        data["addedLater"] = json!({ "by": "a newer service" });
        assert_eq!(decode(&golden, &data), decode(&golden, &golden.data), "{}", golden.name);
    }
}

#[test]
fn an_event_tells_its_stream_and_what_it_is_about() {
    for golden in golden() {
        let event = decode(&golden, &golden.data);
        let domain = event.stream().subjects().trim_end_matches('>');
        assert!(event.kind().starts_with(domain), "{}", golden.name);
        let fields: &[&str] = match event.stream() {
            Stream::Tickets | Stream::Orders | Stream::Payments => &["id"],
            Stream::Expirations => &["orderId"],
            Stream::Sessions => &["sessionId", "userId"],
        };
        let about = fields.iter().find_map(|field| golden.data[*field].as_str());
        assert_eq!(Some(event.subject().as_str()), about, "{}", golden.name);
    }
}

#[test]
fn what_is_missing_a_field_or_of_no_type_is_refused() {
    for golden in golden() {
        let fields: Vec<String> = golden.data.as_object().expect("an object").keys().cloned().collect();
        for field in fields {
            let mut data = golden.data.clone();
            data.as_object_mut().expect("an object").remove(&field);
            let optional =
                ["startsAt", "timeZone", "cancelReason", "paymentId", "gatewayRef", "reason", "except"];
            let optional = optional.contains(&field.as_str()) || field.starts_with("refunded");
            let read = Event::decode(&golden.kind, data.to_string().as_bytes());
            assert_eq!(read.is_ok(), optional, "{} without {field}", golden.name);
        }
    }
    assert!(matches!(Event::decode("ticket.exploded", b"{}"), Err(DecodeError::UnknownType(_))));
    assert!(matches!(Event::decode("ticket.created", b"{"), Err(DecodeError::Data { .. })));
}
