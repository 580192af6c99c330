//! Finding, changing and hearing elements.

use std::time::Duration;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, Node};

/// All elements of a document that match.
pub(crate) fn all_in(document: &Document, selector: &str) -> Vec<Element> {
    document.query_selector_all(selector).map(elements).unwrap_or_default()
}

/// All elements of the page that match.
pub(crate) fn all(selector: &str) -> Vec<Element> {
    all_in(&document(), selector)
}

/// All elements below another that match.
pub(crate) fn within(root: &Element, selector: &str) -> Vec<Element> {
    root.query_selector_all(selector).map(elements).unwrap_or_default()
}

/// The first element below another that matches.
pub(crate) fn first(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

fn elements(list: web_sys::NodeList) -> Vec<Element> {
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// Replaces an element's text, unless it says that already.
pub(crate) fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets or removes an attribute.
pub(crate) fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    // Fails for names that are none, and ours are.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// A property such as `value`, as a text.
pub(crate) fn text_of(element: &JsValue, property: &str) -> String {
    Reflect::get(element, &property.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// A property such as `checked`.
pub(crate) fn is(element: &JsValue, property: &str) -> bool {
    Reflect::get(element, &property.into()).is_ok_and(|value| value.is_truthy())
}

/// Sets a property such as `value`.
pub(crate) fn set(element: &JsValue, property: &str, value: &JsValue) {
    let _ = Reflect::set(element, &property.into(), value);
}

/// The element an event happened at.
pub(crate) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Hears an event for as long as the page lives.
pub(crate) fn on(target: &EventTarget, name: &str, heard: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(heard).into_js_value();
    let _ = target.add_event_listener_with_callback(name, heard.unchecked_ref());
}

/// Hears whenever the page may have been away and is back: shown again, taken out of the browser's cache, online again.
pub(crate) fn on_return(mut back: impl FnMut() + Clone + 'static) {
    let mut seen = back.clone();
    on(&document(), "visibilitychange", move |_| seen());
    for name in ["pageshow", "online", "focus"] {
        let mut back = back.clone();
        on(&window(), name, move |_| back());
    }
    back();
}

/// Does something once, later.
pub(crate) fn after(wait: Duration, then: impl FnOnce() + 'static) {
    let then = Closure::once_into_js(then);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(
        then.unchecked_ref::<Function>(),
        millis(wait),
    );
}

/// Does something again and again, for as long as the page lives.
pub(crate) fn every(period: Duration, each: impl FnMut() + 'static) {
    let each = Closure::<dyn FnMut()>::new(each).into_js_value();
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(
        each.unchecked_ref::<Function>(),
        millis(period),
    );
}

/// Waits.
pub(crate) async fn sleep(wait: Duration) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis(wait));
    });
    let _ = JsFuture::from(promise).await;
}

fn millis(wait: Duration) -> i32 {
    i32::try_from(wait.as_millis()).unwrap_or(i32::MAX)
}

/// Whether anybody can see the page.
pub(crate) fn is_visible() -> bool {
    !document().hidden()
}

/// Shows the parts of a container that are for a state, and hides the others. Should the focus be lost with a part, what
/// is shown instead gets it.
pub(crate) fn show_when(container: &Element, state: &str, of: &[&str]) {
    let focus = document().active_element();
    let (mut shown, mut lost) = (None, false);
    for part in within(container, "[data-when]") {
        let when = part.get_attribute("data-when").unwrap_or_default();
        if !of.contains(&when.as_str()) {
            continue;
        }
        if when == state {
            set_attribute(&part, "hidden", None);
            shown = shown.or(Some(part));
        } else {
            lost |= focus.as_deref().is_some_and(|focus: &Node| part.contains(Some(focus)));
            set_attribute(&part, "hidden", Some(""));
        }
    }
    if let Some(shown) = shown.filter(|_| lost) {
        focus_on(&shown);
    }
}

/// Moves the focus to an element, also to one that does not take it by itself.
pub(crate) fn focus_on(element: &Element) {
    let takes_it = element.matches("a[href], button, input, select, textarea, [tabindex]").unwrap_or(false);
    if !takes_it {
        set_attribute(element, "tabindex", Some("-1"));
    }
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
