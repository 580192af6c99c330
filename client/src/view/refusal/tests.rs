use common::error::ProblemMessage;
use islands::words::Language;

use super::*;
use crate::render::said_in;

fn refused(code: ErrorCode, errors: &[(&str, Option<&str>)]) -> Refused {
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: "Refused".to_owned(),
        status: code.status(),
        code: code.as_str().to_owned(),
        detail: "the service's words".to_owned(),
        errors: errors
            .iter()
            .map(|(message, field)| ProblemMessage {
                message: (*message).to_owned(),
                field: field.map(str::to_owned),
            })
            .collect(),
    };
    Refused { problem, retry_after: None, part: Some(Part::Orders) }
}

fn english(say: impl FnOnce() -> String) -> String {
    said_in(Language::English, say)
}

#[test]
fn every_conflict_says_what_to_do_next() {
    for code in ErrorCode::ALL.iter().filter(|code| code.status() == 409) {
        let refusal = Refusal::of(&refused(*code, &[]));
        assert_eq!(refusal.status, 409);
        assert!(refusal.advice().is_some(), "{code:?}");
    }
}

#[test]
fn every_code_has_words_of_our_own_in_each_language() {
    for code in ErrorCode::ALL {
        let refusal = Refusal::of(&refused(*code, &[]));
        let [english, german] = Language::ALL.map(|language| said_in(language, || refusal.what()));
        assert_ne!(english, german, "{code:?}");
        // Only a bank's reason is passed on.
        let passed_on = english.contains("the service");
        assert_eq!(passed_on, *code == ErrorCode::CardDeclined, "{code:?}: {english}");
    }
}

#[test]
fn a_decline_gives_the_gateways_reason_and_a_way_on() {
    let refusal = Refusal::of(&refused(ErrorCode::CardDeclined, &[]));
    let what = english(|| refusal.what());
    assert!(what.starts_with("The payment was declined: the service"), "{what}");
    assert!(english(|| refusal.advice().unwrap().text).contains("another card"));
}

#[test]
fn field_errors_are_kept_by_field() {
    let refusal = Refusal::of(&refused(
        ErrorCode::InvalidInput,
        &[("Title is required", Some("title")), ("Price must be greater than 0", Some("price"))],
    ));
    assert_eq!(refusal.field("price"), Some("Price must be greater than 0"));
    assert!(refusal.only_fields());
    assert_eq!(english(|| refusal.what()), "2 things need your attention.");
}

#[test]
fn an_unknown_code_keeps_the_services_words() {
    let mut refused = refused(ErrorCode::Conflict, &[]);
    refused.problem.code = "brand_new".to_owned();
    assert_eq!(Refusal::of(&refused).what(), "the service's words");
}

#[test]
fn a_lost_answer_is_not_called_a_failure() {
    let text = |outage| english(|| Refusal::missing(outage).advice().unwrap().text);
    for part in [Part::Accounts, Part::Listings, Part::Orders, Part::Payments, Part::Sales] {
        let outage = Outage { part, retry_after: None, maybe_done: true };
        let unsure = text(outage);
        assert!(unsure.contains("may have"), "{unsure}");
        assert!(text(Outage { maybe_done: false, ..outage }).contains("try again"));
    }
}

#[test]
fn a_form_sent_before_points_to_what_came_of_it() {
    let orders = refused(ErrorCode::IdempotencyKeyReused, &[]);
    let listings = Refused { part: Some(Part::Listings), ..orders.clone() };
    let refunds = Refused { part: Some(Part::Sales), ..orders.clone() };
    let path = |refused: &Refused| Refusal::of(refused).advice().unwrap().link.unwrap().path;
    assert_eq!(path(&orders), "/me/orders");
    assert_eq!(path(&listings), "/me/tickets");
    assert_eq!(path(&refunds), "/me/sales");
}

#[test]
fn signing_in_instead_leads_to_the_same_place() {
    let refusal = Refusal::of(&refused(ErrorCode::EmailInUse, &[("Email in use", Some("email"))]));
    let refusal = refusal.leading_to(LocalPath::own("/sell"));
    assert_eq!(refusal.advice().unwrap().link.unwrap().path, "/signin?next=%2Fsell");
}

#[test]
fn a_wrong_current_password_is_no_wrong_email() {
    let wrong = [("Invalid credentials", Some("currentPassword"))];
    let refusal = Refusal::of(&refused(ErrorCode::InvalidCredentials, &wrong));
    assert_ne!(
        english(|| refusal.what()),
        english(|| Refusal::of(&refused(ErrorCode::InvalidCredentials, &[])).what())
    );
    assert_eq!(refusal.field("currentPassword"), Some("Invalid credentials"));
}

#[test]
fn a_reason_that_is_about_fields_is_said_beside_them_in_our_own_words() {
    let rules = [("amount", "less money"), ("relistUnits", "fewer tickets")];
    let beside = |code: ErrorCode, errors: &[(&str, Option<&str>)]| {
        let fields = Refusal::of(&refused(code, errors)).beside(ErrorCode::RefundTooLarge, &rules).fields;
        fields.into_iter().map(|error| (error.field, error.message)).collect::<Vec<_>>()
    };
    let pair = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
    let too_large = ErrorCode::RefundTooLarge;
    assert_eq!(beside(too_large, &[("too much", None)]), [pair("amount", "less money")]);
    assert_eq!(beside(too_large, &[("theirs", Some("relistUnits"))]), [pair("relistUnits", "fewer tickets")]);
    assert_eq!(beside(too_large, &[("theirs", Some("other"))]), [pair("other", "theirs")]);
    assert!(beside(ErrorCode::NotRefundable, &[]).is_empty());
}
