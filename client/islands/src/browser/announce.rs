//! Saying things to who listens to the page: one region, politely, never a flood.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::document;
use web_sys::Element;

use super::dom;
use crate::aloud::Aloud;

/// What changes together is said together.
const GATHER: Duration = Duration::from_millis(300);
/// Between one text and the next, so that the first can be heard out.
const PAUSE: Duration = Duration::from_secs(4);

#[derive(Default)]
struct Voice {
    region: Option<Element>,
    aloud: Aloud,
    is_busy: bool,
}

thread_local! {
    static VOICE: RefCell<Voice> = RefCell::default();
}

/// Puts the region into the page, empty: a browser says only what changes in a region it knows.
pub(crate) fn begin() {
    let Ok(region) = document().create_element("div") else { return };
    region.set_class_name("visually-hidden");
    dom::set_attribute(&region, "role", Some("status"));
    dom::set_attribute(&region, "aria-live", Some("polite"));
    dom::set_attribute(&region, "aria-atomic", Some("true"));
    if let Some(body) = document().body() {
        let _ = body.append_child(&region);
    }
    VOICE.with_borrow_mut(|voice| voice.region = Some(region));
}

/// Says a text.
pub(crate) fn say(text: String) {
    speak(|aloud| aloud.say(text));
}

/// Says the latest of a listing, unless something newer comes first.
pub(crate) fn tell(listing: String, text: String) {
    speak(|aloud| aloud.tell(listing, text));
}

fn speak(add: impl FnOnce(&mut Aloud)) {
    let was_busy = VOICE.with_borrow_mut(|voice| {
        add(&mut voice.aloud);
        std::mem::replace(&mut voice.is_busy, true)
    });
    if !was_busy {
        dom::after(GATHER, utter);
    }
}

fn utter() {
    let goes_on = VOICE.with_borrow_mut(|voice| {
        let text = voice.aloud.take();
        voice.is_busy = text.is_some();
        if let Some(region) = &voice.region {
            // In the end nothing is left to be found by who reads on.
            region.set_text_content(text.as_deref());
        }
        voice.is_busy
    });
    if goes_on {
        dom::after(PAUSE, utter);
    }
}
