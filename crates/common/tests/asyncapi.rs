//! The events' description, held against the specification's own schema and against events as they are published.
#![cfg(feature = "openapi")]
#![expect(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::{fs, path::Path};

use common::events::{Event, asyncapi};
use serde_json::{Value, json};

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("the file is readable")).expect("the file is JSON")
}

fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

/// Whether `data` is what the document says of events of this type.
fn is_described(kind: &str, data: &Value) -> bool {
    let document = asyncapi();
    let schema = json!({
        "$ref": document["components"]["messages"][kind]["payload"]["$ref"],
        "components": document["components"],
    });
    jsonschema::is_valid(&schema, data)
}

#[test]
fn the_document_is_asyncapi_3() {
    let specification = read(&tests().join("asyncapi-3.0.0.schema.json"));
    let validator = jsonschema::validator_for(&specification).expect("the specification is a schema");
    let document = asyncapi();
    let problems: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(problems, [""; 0]);
    let mut wrong = document;
    wrong["channels"]["order.created"]["adress"] = json!("order.created");
    assert!(!validator.is_valid(&wrong), "the schema accepts what is wrong");
}

#[test]
fn every_type_is_described_and_every_reference_leads_somewhere() {
    let document = asyncapi();
    for part in ["/channels", "/operations", "/components/messages"] {
        let names: Vec<_> = document.pointer(part).and_then(Value::as_object).expect(part).keys().collect();
        let mut types = Event::TYPES.to_vec();
        types.sort_unstable();
        assert_eq!(names, types, "{part}");
    }
    let text = document.to_string();
    for reference in text.split(r##""$ref":"#"##).skip(1) {
        let pointer = reference.split('"').next().unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "#{pointer} leads nowhere");
    }
}

#[test]
fn what_was_ever_published_is_as_described() {
    for file in fs::read_dir(tests().join("golden")).expect("the folder is there") {
        let path = file.expect("the folder is readable").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a file has a name");
        let kind = name.split('-').next().unwrap_or_default();
        let data = read(&path);
        assert!(is_described(kind, &data), "{name}");

        // And not anything is.
        for field in data.as_object().expect("an object").keys() {
            let mut wrong = data.clone();
            wrong[field] = json!({});
            assert!(!is_described(kind, &wrong), "{name} with another {field}");
        }
    }
}
