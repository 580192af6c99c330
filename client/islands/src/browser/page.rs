//! Reading the page anew, and taking parts of it over.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, CustomEventInit, Document, DomParser, Element, Response, SupportedType};

use super::dom;

/// Has the page go by its own address. What answers a form stands at the form's, where it can neither be read again nor
/// reloaded without sending the form once more.
pub(crate) fn stand_at(own: &str) {
    let path = own.split('?').next().unwrap_or_default();
    if window().location().pathname().is_ok_and(|here| here == path) {
        return;
    }
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(own));
    }
}

/// The page's own address.
pub(crate) fn address() -> String {
    let location = window().location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    part(location.pathname()) + &part(location.search())
}

/// What an address of this site answers, if it does with success.
pub(crate) async fn fetch(address: &str) -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str(address)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    // Who is not signed in any more is sent to another page, which is none of this one.
    if !response.ok() || response.redirected() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The page as the server has it now.
pub(crate) async fn read() -> Option<Document> {
    let html = fetch(&address()).await?;
    DomParser::new().ok()?.parse_from_string(&html, SupportedType::TextHtml).ok()
}

/// Replaces every part marked `data-swap` by its namesake, and brings new islands to life.
pub(crate) fn swap(fresh: &Document) {
    let mut parts = dom::all_in(fresh, "[data-swap]");
    for old in dom::all("[data-swap]") {
        let name = old.get_attribute("data-swap");
        let Some(index) = parts.iter().position(|part| part.get_attribute("data-swap") == name) else {
            continue;
        };
        let new = parts.swap_remove(index);
        let Ok(new) = document().import_node_with_deep(&new, true) else { continue };
        let Ok(new) = new.dyn_into::<Element>() else { continue };
        let focus = Focus::within(&old);
        keep_choices(&old, &new);
        if old.replace_with_with_node_1(&new).is_err() {
            continue;
        }
        bring_to_life(&new);
        if let Some(focus) = focus {
            focus.restore(&new);
        }
    }
}

/// Tells the page's start script, which knows the islands, that there are new ones.
fn bring_to_life(root: &Element) {
    let how = CustomEventInit::new();
    how.set_bubbles(true);
    if let Ok(event) = CustomEvent::new_with_event_init_dict("islands", &how) {
        let _ = root.dispatch_event(&event);
    }
}

/// Where the focus was in a part.
struct Focus {
    /// How to find the same element again.
    selector: Option<String>,
}

impl Focus {
    fn within(part: &Element) -> Option<Self> {
        let element = document().active_element().filter(|element| part.contains(Some(element)))?;
        let attribute = |name: &str| element.get_attribute(name).filter(|value| !value.contains(['"', '\\']));
        let tag = element.tag_name();
        let selector = attribute("id").map(|id| format!("[id=\"{id}\"]")).or_else(|| {
            let (name, value) = (attribute("name")?, attribute("value").unwrap_or_default());
            Some(format!("{tag}[name=\"{name}\"][value=\"{value}\"]"))
        });
        let selector = selector.or_else(|| attribute("href").map(|href| format!("a[href=\"{href}\"]")));
        Some(Self { selector })
    }

    /// To the same element; if it is gone, to the part itself, so that reading goes on from there.
    fn restore(self, part: &Element) {
        let same = self.selector.and_then(|selector| dom::first(part, &selector));
        dom::focus_on(same.as_ref().unwrap_or(part));
    }
}

/// What was chosen stays chosen, where it still can be.
fn keep_choices(old: &Element, new: &Element) {
    for chosen in dom::within(old, "input[type=radio]").iter().filter(|input| dom::is(input, "checked")) {
        let name = chosen.get_attribute("name").unwrap_or_default();
        let value = chosen.get_attribute("value").unwrap_or_default();
        for input in dom::within(new, "input[type=radio]") {
            if input.get_attribute("name").as_deref() == Some(&name)
                && input.get_attribute("value").as_deref() == Some(&value)
            {
                dom::set(&input, "checked", &true.into());
            }
        }
    }
}
