//! What the page knows of the server's time.

use std::cell::Cell;

use jiff::Timestamp;
use leptos::prelude::window;
use wasm_bindgen::JsValue;

use crate::clock::ServerClock;

thread_local! {
    static CLOCK: Cell<ServerClock> = const { Cell::new(ServerClock::UNKNOWN) };
}

/// The reader's clock. The one that goes on while the machine sleeps.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far from both ends")]
pub(crate) fn here() -> i64 {
    js_sys::Date::now() as i64
}

/// The server's time now.
pub(crate) fn now() -> i64 {
    CLOCK.get().at(here())
}

/// The server's time now.
pub(crate) fn timestamp() -> Timestamp {
    timestamp_at(here())
}

/// The server's time when the reader's clock showed this.
pub(crate) fn timestamp_at(here: i64) -> Timestamp {
    Timestamp::from_millisecond(CLOCK.get().at(here)).unwrap_or_default()
}

/// Takes the server's time that has just arrived.
pub(crate) fn heard(server: Timestamp) {
    heard_at(server, here());
}

/// Takes the server's time that the page was made with. It counts from when the page began to arrive, however long
/// everything after that took.
pub(crate) fn page_said(server: Timestamp) {
    // A part that was read later has another beginning, and the page has been heard already.
    if !CLOCK.get().is_known() {
        heard_at(server, arrived().unwrap_or_else(here));
    }
}

fn heard_at(server: Timestamp, here: i64) {
    let mut clock = CLOCK.get();
    clock.heard(server.as_millisecond(), here);
    CLOCK.set(clock);
}

/// When the first byte of the page came, by the reader's clock.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far from both ends")]
fn arrived() -> Option<i64> {
    let performance = window().performance()?;
    let navigation = performance.get_entries_by_type("navigation").get(0);
    let first = js_sys::Reflect::get(&navigation, &JsValue::from_str("responseStart")).ok()?.as_f64()?;
    (first > 0.0).then(|| (performance.time_origin() + first) as i64)
}
