//! Every rule that a form can be told is told in German too.

use std::collections::BTreeSet;

use common::{
    field::{Field, FromJson},
    money::{Major, Price},
    text::{
        Category, City, Description, Email, NewPassword, Password, Quantity, RefundReason, TimeZone, Title,
        Venue,
    },
};
use islands::{
    rules,
    words::{Language, Words},
};

/// What the services alone can say of a field, as they say it.
const OF_SERVICES: [&str; 18] = [
    "StartsAt must be in the future",
    "Quantity must be at least 3: so many are sold",
    "Email in use",
    "Invalid credentials",
    "Q must contain a letter or digit",
    "Q must be at most 200 characters",
    "From must be a date such as 2027-06-30 or a time such as 2027-06-30T20:00:00Z",
    "To must be a date such as 2027-06-30 or a time such as 2027-06-30T20:00:00Z",
    "MinPrice must be a decimal number",
    "MaxPrice must be a plain decimal number",
    "MaxPrice must have at most two decimals",
    "Sort must be soonest, newest or cheapest",
    "Cursor must be one that a Link header gave",
    "Cursor must come from a Link header",
    "Amount must be at most what is left to give back",
    "RelistUnits must be at most what was sold and is not on sale again",
    "TicketId is not part of this payment",
    "Your basket is full: it takes 10 different listings",
];

/// Texts that are wrong in every way a text can be.
fn wrong() -> Vec<String> {
    let texts =
        ["", " ", "x", "a\u{7}b", "-1", "0", "101", "1.999", "1e9", "1000000.01", "99999999999999999999"];
    texts.into_iter().map(str::to_owned).chain(["x".repeat(5_000)]).collect()
}

fn told_by_forms() -> BTreeSet<String> {
    let forms = [
        ("listing", "title"),
        ("listing", "price"),
        ("listing", "description"),
        ("listing", "category"),
        ("listing", "venue"),
        ("listing", "city"),
        ("listing", "startsAt"),
        ("listing", "timeZone"),
        ("listing", "quantity"),
        ("signup", "email"),
        ("signup", "password"),
        ("signin", "password"),
        ("password", "currentPassword"),
        ("password", "newPassword"),
        ("reservation", "quantity"),
        ("refund", "amount"),
        ("refund", "relistUnits"),
        ("refund", "reason"),
    ];
    let mut told = BTreeSet::new();
    for (form, field) in forms {
        let rules: Vec<_> = wrong().iter().filter_map(|text| rules::broken(form, field, text)).collect();
        assert!(!rules.is_empty(), "{form} {field} has no rule");
        told.extend(rules);
    }
    told
}

/// What a type says of a body that is missing it or has something else in its place.
fn told_of_json<T: FromJson>(told: &mut BTreeSet<String>) {
    told.insert(T::MISSING.to_owned());
    let long = format!("\"{}\"", "x".repeat(5_000));
    for raw in ["5", "-5", "0", "[1]", "1e300", "1.999", "9999999999999999", "\"\"", "\"a\\u0007b\"", &long] {
        let read: Field<T> = T::from_json(raw).map_or_else(Field::Bad, Field::Good);
        if let Field::Bad(rule) = read {
            told.insert(rule);
        }
    }
}

#[test]
fn all_rules_have_german_words() {
    let mut told = told_by_forms();
    told_of_json::<Title>(&mut told);
    told_of_json::<Description>(&mut told);
    told_of_json::<Category>(&mut told);
    told_of_json::<Venue>(&mut told);
    told_of_json::<City>(&mut told);
    told_of_json::<Email>(&mut told);
    told_of_json::<NewPassword>(&mut told);
    told_of_json::<Password>(&mut told);
    told_of_json::<Quantity>(&mut told);
    told_of_json::<RefundReason>(&mut told);
    told_of_json::<TimeZone>(&mut told);
    told_of_json::<Price>(&mut told);
    told_of_json::<Major>(&mut told);
    told.extend(OF_SERVICES.map(str::to_owned));
    for means in [super::Means::Sandbox, super::Means::Provider] {
        let wrong = super::PayForm::default().check(means).unwrap_err();
        told.extend(wrong.into_iter().map(|error| error.message));
    }
    assert!(told.len() > 50, "{told:?}");
    let german = Words::of(Language::German);
    let missing: Vec<_> = told.iter().filter(|rule| german.rule(rule) == **rule).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let strange: Vec<_> =
        told.iter().map(|rule| german.rule(rule)).filter(|text| text.contains('{')).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
