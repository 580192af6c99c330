//! What a page shows of one listing, brought up to date.

use std::time::Duration;

use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom;
use crate::{
    Cost, Units,
    listing::Facts,
    units::{Flash, status_name},
};

/// How long a flash is shown.
const FLASH: Duration = Duration::from_secs(4);
const STATES: [&str; 4] = ["available", "reserved", "sold", "withdrawn"];

/// Every place of a page that is about a listing.
pub(crate) fn places(id: &str) -> Vec<Element> {
    dom::all(&format!("[data-listing=\"{id}\"]"))
}

/// What a place says of its listing.
pub(crate) fn facts(place: &Element) -> Option<Facts> {
    let units = dom::first(place, "[data-units]")?.get_attribute("data-units")?.parse().ok()?;
    let title = dom::first(place, "[data-title]")?.text_content()?;
    Some(Facts { units, title, price: price(place)? })
}

/// What one unit costs, as a place says.
pub(crate) fn price(place: &Element) -> Option<Cost> {
    dom::first(place, "[data-price]")?.get_attribute("data-price")?.parse().ok()
}

/// Shows units in a place, and for a moment what became of them.
pub(crate) fn show_units(place: &Element, units: Units, flash: Option<Flash>) {
    for seats in dom::within(place, "[data-units]") {
        dom::set_text(&seats, &units.text());
        dom::set_attribute(&seats, "data-units", Some(&units.to_string()));
        dom::set_attribute(&seats, "data-state", Some(units.state()));
        if let Some(flash) = flash {
            show_flash(&seats, flash);
        }
    }
    for quantity in dom::within(place, "[name=quantity]") {
        limit(&quantity, units.available.max(1));
    }
    if dom::first(place, "[data-when]").is_some() {
        dom::show_when(place, status_name(units.status), &STATES);
    }
}

/// A word over the units, gone after a moment. Not for who listens: they are told in one sentence.
fn show_flash(seats: &Element, flash: Flash) {
    let Ok(word) = document().create_element("b") else { return };
    word.set_class_name("flash");
    dom::set_attribute(&word, "aria-hidden", Some("true"));
    word.set_text_content(Some(&flash.text()));
    let _ = seats.append_child(&word);
    dom::after(FLASH, move || word.remove());
}

/// Keeps the choice of a quantity to what there is.
fn limit(choice: &Element, most: u32) {
    for option in dom::within(choice, "option") {
        let too_many = dom::text_of(&option, "value").parse::<u32>().is_ok_and(|count| count > most);
        dom::set(&option, "disabled", &too_many.into());
    }
    if dom::text_of(choice, "value").parse::<u32>().is_ok_and(|count| count > most) {
        dom::set(choice, "value", &JsValue::from_str(&most.to_string()));
    }
}

/// Shows what the seller says of the listing, where another price stood before.
pub(crate) fn show_offer(place: &Element, before: &Cost, now: &Facts) {
    for element in dom::within(place, "[data-title]") {
        dom::set_text(&element, &now.title);
    }
    for element in dom::within(place, "[data-price]") {
        dom::set_text(&element, &now.price.text());
        dom::set_attribute(&element, "data-price", Some(&now.price.to_string()));
    }
    show_choices(place, before, &now.price);
    // What is shown is what is agreed to. The basket has a field for every listing.
    for field in dom::within(place, "input[type=hidden][name^=price]") {
        dom::set(&field, "value", &JsValue::from_str(&now.price.amount().0.to_string()));
    }
}

/// Choices of a quantity that say what so many cost, say what they cost now.
fn show_choices(place: &Element, before: &Cost, now: &Cost) {
    for choice in dom::within(place, "[name=quantity] option") {
        let Ok(count) = dom::text_of(&choice, "value").parse() else { continue };
        let costs = before.times(count).zip(now.times(count));
        if let Some((text, (before, now))) = choice.text_content().zip(costs) {
            dom::set_text(&choice, &text.replace(&before.text(), &now.text()));
        }
    }
}
