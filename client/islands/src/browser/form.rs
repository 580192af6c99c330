//! Checking a form while it is filled in.

use std::time::Duration;

use leptos::{
    html,
    prelude::{GetUntracked as _, NodeRef, document, window},
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlFormElement};

use super::dom;
use crate::{rules, t, words::words};

/// Fields that people fill in.
const FIELDS: &str =
    "input[name]:not([type=hidden], [type=radio], [type=checkbox]), select[name], textarea[name]";
/// What sends a form.
const SENDERS: &str = "button:not([type=button], [type=reset])";
/// A form that was sent this long ago and left no trace may be sent again: longer than any answer takes.
const ANSWERED: Duration = Duration::from_secs(15);

/// Checks the form that the island stands in.
pub(crate) fn check(place: NodeRef<html::Span>) {
    // Once the island stands.
    dom::after(Duration::ZERO, move || {
        let form = place.get_untracked().and_then(|place| place.closest("form").ok().flatten());
        if let Some(form) = form {
            Form(form).begin();
        }
    });
}

/// A form that is sent once at a time.
#[derive(Clone)]
pub(super) struct Form(Element);

impl Form {
    /// One whose fields somebody else checks.
    pub(super) fn of(form: Element) -> Self {
        let form = Self(form);
        let back = form.clone();
        dom::on(&window(), "pageshow", move |_| back.release());
        form
    }

    fn begin(self) {
        // The browser's own messages would come first, in its own language.
        dom::set_attribute(&self.0, "novalidate", Some(""));
        let (left, typed, sent, back) = (self.clone(), self.clone(), self.clone(), self.clone());
        dom::on(&self.0, "focusout", move |event| left.left(&event));
        dom::on(&self.0, "input", move |event| typed.typed(&event));
        dom::on(&self.0, "submit", move |event| sent.sent(&event));
        dom::on(&window(), "pageshow", move |_| back.release());
    }

    fn name(&self) -> String {
        self.0.get_attribute("data-form").unwrap_or_default()
    }

    /// A field that is left empty is no mistake yet: whoever only passes by is not told off.
    fn left(&self, event: &Event) {
        let Some(field) = field_of(event) else { return };
        // A message that appears between the press and the release would move the button from under the pointer.
        let next = js_sys::Reflect::get(event, &JsValue::from_str("relatedTarget")).unwrap_or_default();
        let is_sending =
            dom::within(&self.0, SENDERS).iter().any(|button| *AsRef::<JsValue>::as_ref(button) == next);
        if !is_sending && (is_wrong(&field) || !dom::text_of(&field, "value").is_empty()) {
            self.judge(&field);
        }
    }

    /// A mistake is taken back as soon as it is mended.
    fn typed(&self, event: &Event) {
        if let Some(field) = field_of(event).filter(is_wrong) {
            self.judge(&field);
        }
    }

    fn sent(&self, event: &Event) {
        if self.0.has_attribute("data-sent") {
            return event.prevent_default();
        }
        let fields = dom::within(&self.0, FIELDS);
        let wrong: Vec<_> = fields.into_iter().filter(|field| !self.judge(field)).collect();
        if let Some(first) = wrong.first() {
            event.prevent_default();
            return dom::focus_on(first);
        }
        self.hold();
    }

    /// Keeps the form from being sent again. False if it is on its way already.
    pub(super) fn hold(&self) -> bool {
        if self.0.has_attribute("data-sent") {
            return false;
        }
        dom::set_attribute(&self.0, "data-sent", Some(""));
        self.dim(Some("true"));
        let form = self.clone();
        dom::after(ANSWERED, move || form.release());
        true
    }

    /// Sends the form with a hidden field set, whatever listens to its sending.
    pub(super) fn send(&self, name: &str, value: &JsValue) -> Result<(), JsValue> {
        let Some(form) = self.0.dyn_ref::<HtmlFormElement>() else { return Ok(()) };
        if let Some(field) = dom::first(&self.0, &format!("[name={name}]")) {
            dom::set(&field, "value", value);
        }
        form.submit()
    }

    /// Lets the form be sent again, as when somebody has come back to it.
    pub(super) fn release(&self) {
        dom::set_attribute(&self.0, "data-sent", None);
        self.dim(None);
    }

    /// Not really disabled: a disabled button loses the focus and is not sent along.
    fn dim(&self, disabled: Option<&str>) {
        for button in dom::within(&self.0, SENDERS) {
            dom::set_attribute(&button, "aria-disabled", disabled);
        }
    }

    /// Shows what is wrong with a field, or that nothing is. True if nothing is.
    fn judge(&self, field: &Element) -> bool {
        let name = field.get_attribute("name").unwrap_or_default();
        let validity = js_sys::Reflect::get(field, &JsValue::from_str("validity")).unwrap_or_default();
        // What is typed into a date and is none the browser keeps to itself: it is not empty, though.
        let is_none = dom::is(&validity, "badInput");
        let text = if is_none { "?".to_owned() } else { dom::text_of(field, "value") };
        let problem = rules::broken(&self.name(), &name, &text).map(|rule| words().rule(&rule));
        let problem = problem.or_else(|| limit(field, &validity));
        self.tell(field, &name, problem.as_deref());
        problem.is_none()
    }

    fn tell(&self, field: &Element, name: &str, problem: Option<&str>) {
        let id = format!("error-{name}");
        dom::set_attribute(field, "aria-invalid", problem.map(|_| "true"));
        describe(field, &id, problem.is_some());
        let message = dom::first(&self.0, &format!("[id=\"{id}\"]"));
        match (message, problem) {
            (Some(message), problem) => dom::set_text(&message, problem.unwrap_or_default()),
            (None, Some(problem)) => add_message(field, &id, problem),
            (None, None) => {}
        }
    }
}

/// The field that an event happened at, if it is one that people fill in.
fn field_of(event: &Event) -> Option<Element> {
    dom::target(event).filter(|field| field.matches(FIELDS).unwrap_or(false))
}

/// What is wrong by the limits of this one field, such as what is left of a listing.
fn limit(field: &Element, validity: &JsValue) -> Option<String> {
    if dom::is(validity, "valid") {
        return None;
    }
    let most = field.get_attribute("max").and_then(|most| most.parse::<u32>().ok());
    match most.filter(|_| dom::is(validity, "rangeOverflow")) {
        Some(most) => Some(t!("at-most", count = most)),
        None => Some(dom::text_of(field, "validationMessage")),
    }
}

fn is_wrong(field: &Element) -> bool {
    field.get_attribute("aria-invalid").is_some_and(|value| value == "true")
}

/// Names the message among what describes the field, or no longer.
fn describe(field: &Element, id: &str, is_there: bool) {
    let described = field.get_attribute("aria-describedby").unwrap_or_default();
    let mut ids: Vec<_> = described.split_ascii_whitespace().filter(|known| *known != id).collect();
    if is_there {
        ids.insert(0, id);
    }
    let ids = ids.join(" ");
    dom::set_attribute(field, "aria-describedby", (!ids.is_empty()).then_some(&ids));
}

/// A message where the server would have put it.
fn add_message(field: &Element, id: &str, problem: &str) {
    let Ok(message) = document().create_element("p") else { return };
    message.set_id(id);
    message.set_class_name("error");
    message.set_text_content(Some(problem));
    let _ = field.after_with_node_1(&message);
}
