//! What the server writes of each island: right without the program, and found by it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    BankStep, CardField, Checked, Countdown, Live, OrderWatch, Price, Seats, Units, words::Language,
};

fn html<V: IntoView>(language: Language, view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(language);
        view().into_view().to_html()
    })
}

fn at() -> Timestamp {
    "2027-06-30T20:14:05Z".parse().unwrap()
}

/// The markup without the marks of the program.
fn inner(html: &str) -> &str {
    let (start, end) = (html.find('>').unwrap() + 1, html.rfind("</leptos-island>").unwrap());
    &html[start..end]
}

#[test]
fn seats_say_what_is_left_and_keep_the_numbers() {
    let seats = |units: &str, language| {
        let units: Units = units.parse().unwrap();
        html(language, || view! { <Seats units/> })
    };
    assert_eq!(
        seats("7 9 2 available", Language::English),
        r#"<span data-units="7 9 2 available" data-state="available" class="seats">7 left</span>"#
    );
    assert!(seats("1 9 2 available", Language::German).contains(r#"data-state="few" class="seats">Noch 1<"#));
    assert!(seats("0 9 2 sold", Language::English).contains(r#"data-state="sold" class="seats">Sold out<"#));
}

#[test]
fn a_price_keeps_the_number() {
    let price = |language| html(language, || view! { <Price cost="123450 usd".parse().unwrap()/> });
    assert_eq!(price(Language::English), r#"<b data-price="123450 usd">$1,234.50</b>"#);
    assert_eq!(price(Language::German), "<b data-price=\"123450 usd\">1.234,50\u{a0}$</b>");
}

#[test]
fn the_line_says_when_the_page_was_true_and_offers_to_read_it_again() {
    let line = html(Language::English, || view! { <Live at=at() refresh="/?q=a&b".to_owned()/> });
    assert!(line.starts_with("<leptos-island data-component=\"Live_"), "{line}");
    let inner = inner(&line).replace("<!>", "");
    assert_eq!(
        inner,
        r#"<p class="as-of"><span>As of 20:14:05 UTC</span> <a href="/?q=a&amp;b">Refresh</a></p>"#
    );
    let line = html(Language::English, || {
        view! { <Live at=at() refresh="/".to_owned() news=Some("/?sort=newest".to_owned())/> }
    });
    assert!(line.contains(r#"<a href="/?sort=newest" hidden class="news">"#), "{line}");
    let id = "6b49d20001020304050607d1".parse().unwrap();
    let line = html(Language::German, || view! { <OrderWatch id at=at() refresh="/orders/1".to_owned()/> });
    assert!(
        line.contains(r#"<span>Stand: 20:14:05 UTC</span> <a href="/orders/1">Aktualisieren</a>"#),
        "{line}"
    );
}

#[test]
fn a_countdown_begins_with_whole_minutes() {
    let left = |until: &str| {
        let until: Timestamp = until.parse().unwrap();
        html(Language::English, || view! { <Countdown until at=at()/> })
    };
    let countdown = left("2027-06-30T20:28:00Z");
    assert_eq!(
        inner(&countdown),
        r#"<time datetime="2027-06-30T20:28:00Z" class="countdown">13 minutes left</time>"#
    );
    assert!(left("2027-06-30T20:14:05Z").contains(">The time is up<"));
}

#[test]
fn a_check_shows_nothing() {
    assert_eq!(inner(&html(Language::English, || view! { <Checked/> })), "<span hidden></span>");
}

#[test]
fn a_card_form_is_empty_until_its_script_fills_it() {
    let (key, script) = ("pk_test_a".to_owned(), "https://js.example/".to_owned());
    let elements = r#"{"amount":4950}"#.to_owned();
    let error = Some("Declined: <b>".to_owned());
    let field = html(Language::English, || view! { <CardField key script elements error/> });
    let inner = inner(&field).replace("<!>", "");
    for part in [
        r#"<p class="hint"></p>"#,
        r#"<div id="field-paymentMethod" tabindex="-1"></div>"#,
        r#"<p id="error-paymentMethod" role="alert" class="error">Declined: &lt;b&gt;</p>"#,
    ] {
        assert!(inner.contains(part), "{inner}");
    }
    assert!(field.contains("4950"), "{field}");
}

#[test]
fn the_way_to_the_bank_is_hidden_until_it_leads_there() {
    let [key, script, secret, label, next] =
        ["pk_test_a", "https://js.example/", "pi_1_secret_2", "Confirm $1.00", "/orders/1"]
            .map(str::to_owned);
    let step = html(Language::English, || view! { <BankStep key script secret label next/> });
    let button = r#"<button type="button" aria-describedby="hint-bank" hidden class="big full">Confirm $1.00</button>"#;
    assert!(inner(&step).contains(button), "{step}");
}

/// Nothing that a page hands to an island leaves its attribute.
#[test]
fn properties_cannot_break_out() {
    let line = |text: &str| {
        html(
            Language::English,
            || view! { <Live at=at() refresh=text.to_owned() news=Some(text.to_owned())/> },
        )
    };
    let (harmless, hostile) = (line("/"), line("'\"><script>alert(1)</script>&lt;"));
    assert!(!hostile.contains("<script"), "{hostile}");
    for mark in ["<", "\""] {
        assert_eq!(hostile.matches(mark).count(), harmless.matches(mark).count(), "{hostile}");
    }
}
