//! What a page shows of one listing, brought up to date.

use std::time::Duration;

use common::{
    money::{Major, Minor, Price},
    text::Quantity,
};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom;
use crate::{
    money::amount,
    units::{Flash, Units, status_name},
    words::words,
};

/// How long a flash is shown.
const FLASH: Duration = Duration::from_secs(4);
/// The most units one form asks for.
const MOST: u32 = 10;
const STATES: [&str; 4] = ["available", "reserved", "sold", "withdrawn"];

/// Every place of a page that is about a listing.
pub(crate) fn places(id: &str) -> Vec<Element> {
    dom::all(&format!("[data-listing=\"{id}\"]"))
}

/// The units a place shows, if it shows any.
pub(crate) fn units(place: &Element) -> Option<Units> {
    dom::first(place, "[data-units]")?.get_attribute("data-units")?.parse().ok()
}

/// What a place calls the listing.
pub(crate) fn title(place: &Element) -> Option<String> {
    dom::first(place, "[data-title]")?.text_content()
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
        limit(&quantity, units.available.clamp(1, MOST));
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

/// Keeps a field for a quantity to what there is.
fn limit(field: &Element, most: u32) {
    if field.tag_name() == "SELECT" {
        for option in dom::within(field, "option") {
            let too_many = dom::text_of(&option, "value").parse::<u32>().is_ok_and(|count| count > most);
            dom::set(&option, "disabled", &too_many.into());
        }
        if dom::text_of(field, "value").parse::<u32>().is_ok_and(|count| count > most) {
            dom::set(field, "value", &JsValue::from_str(&most.to_string()));
        }
    } else {
        dom::set_attribute(field, "max", Some(&most.to_string()));
    }
}

/// Shows what the seller changed.
pub(crate) fn show_listing(place: &Element, title: &str, price: Major, currency: &str) {
    for element in dom::within(place, "[data-title]") {
        dom::set_text(&element, title);
    }
    for element in dom::within(place, "[data-price]") {
        dom::set_text(&element, &amount(price, currency, words().language()));
    }
    for field in dom::within(place, "input[name=price][type=hidden]") {
        if let Ok(before) = Price::parse(&dom::text_of(&field, "value")) {
            show_choices(place, before.minor(), price.0, currency);
        }
        // What is shown is what is agreed to.
        dom::set(&field, "value", &JsValue::from_str(&price.0.to_string()));
    }
    show_totals(place);
}

/// Choices of a quantity that say what so many cost, say what they cost now.
fn show_choices(place: &Element, before: Minor, now: Minor, currency: &str) {
    for choice in dom::within(place, "[name=quantity] option") {
        let Ok(count) = dom::text_of(&choice, "value").parse() else { continue };
        let totals = total(before, count, currency).zip(total(now, count, currency));
        if let Some((text, (before, now))) = choice.text_content().zip(totals) {
            dom::set_text(&choice, &text.replace(&before, &now));
        }
    }
}

/// Shows what the chosen quantity costs.
pub(crate) fn show_totals(place: &Element) {
    for shown in dom::within(place, "[data-total]") {
        let Ok(Some(form)) = shown.closest("form") else { continue };
        let value = |name: &str| {
            dom::first(&form, &format!("[name={name}]")).map(|field| dom::text_of(&field, "value"))
        };
        let price = value("price").and_then(|text| Price::parse(&text).ok());
        let count = value("quantity").and_then(|text| text.parse().ok());
        let currency = shown.get_attribute("data-total").unwrap_or_default();
        let total = price.zip(count).and_then(|(price, count)| total(price.minor(), count, &currency));
        if let Some(total) = total {
            dom::set_text(&shown, &total);
        }
    }
}

/// What so many cost, for people to read.
fn total(price: Minor, count: Quantity, currency: &str) -> Option<String> {
    let total = price.times(count.get())?;
    Some(amount(Major(total), currency, words().language()))
}
