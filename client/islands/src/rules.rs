//! What the fields of forms must keep, for the server that decides and for the browser that tells sooner.
//!
//! Both read a field with the same function of this module, so they cannot disagree. What only the server can know
//! (whether an address is taken, whether a time is still to come, what is left) it says when the form is sent.

use common::{
    field::{Field, FromJson},
    money::{Minor, Price},
    text::{
        Category, City, Description, Email, NewPassword, Password, Quantity, RefundReason, TimeZone, Title,
        Venue,
    },
};
use jiff::civil;

/// Reads a field of one line. An empty one counts as missing.
pub fn line<T>(text: &str) -> Field<T>
where
    T: FromJson + std::str::FromStr,
    T::Err: Into<String>,
{
    Field::from_form(text, |text| text.parse().map_err(T::Err::into))
}

/// Reads a price as people type it.
pub fn price(text: &str) -> Field<Price> {
    Field::from_form(text, |text| Price::parse(&pointed(text)))
}

/// A number as people type it with a decimal point: a comma is as good where it cannot be meant to group digits.
fn pointed(text: &str) -> String {
    match text.trim().split_once(',') {
        Some((whole, cents)) if matches!(cents.len(), 1 | 2) => format!("{whole}.{cents}"),
        _ => text.trim().to_owned(),
    }
}

/// Money to be given back: more than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(Minor);

impl Amount {
    /// How much.
    pub const fn minor(self) -> Minor {
        self.0
    }
}

impl std::str::FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let amount = Minor::from_major(&pointed(text)).map_err(|rule| format!("Amount {rule}"))?;
        if amount == Minor::default() { Err(Self::MISSING.to_owned()) } else { Ok(Self(amount)) }
    }
}

impl FromJson for Amount {
    const MISSING: &'static str = "Amount must be greater than 0";

    fn from_json(raw: &str) -> Result<Self, String> {
        raw.parse()
    }
}

/// Reads an amount of money as people type it.
pub fn amount(text: &str) -> Field<Amount> {
    line(text)
}

/// How many units of a sale go back on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relisted(u32);

impl Relisted {
    /// None, which is what an empty field means.
    pub const NONE: Self = Self(0);

    /// How many.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl std::str::FromStr for Relisted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().ok().filter(|units| *units <= 100).map(Self).ok_or(Self::MISSING)
    }
}

impl FromJson for Relisted {
    const MISSING: &'static str = "RelistUnits must be a whole number from 0 to 100";

    fn from_json(raw: &str) -> Result<Self, String> {
        raw.parse().map_err(str::to_owned)
    }
}

/// Reads how many units go back on sale.
pub fn relisted(text: &str) -> Field<Relisted> {
    line(text)
}

/// Reads why money is given back.
pub fn reason(text: &str) -> Field<RefundReason> {
    lines(text)
}

/// Reads a listing's description.
pub fn description(text: &str) -> Field<Description> {
    lines(text)
}

/// Reads a text of several lines.
fn lines<T>(text: &str) -> Field<T>
where
    T: FromJson + std::str::FromStr,
    T::Err: Into<String>,
{
    // Browsers send line breaks as two characters, which would count against the longest length.
    line(&text.replace("\r\n", "\n"))
}

/// The time and date of a venue's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime(pub civil::DateTime);

impl WallTime {
    /// What a text that is none is told.
    pub const RULE: &'static str = "StartsAt must be a date and time such as 2027-06-30T20:00";
}

impl std::str::FromStr for WallTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self).map_err(|_| Self::RULE)
    }
}

impl FromJson for WallTime {
    const MISSING: &'static str = Self::RULE;

    fn from_json(raw: &str) -> Result<Self, String> {
        common::field::string(raw).map_err(|_| Self::RULE)?.parse().map_err(str::to_owned)
    }
}

/// Reads a password to be. Exactly as typed: spaces count.
pub fn new_password(text: &str) -> Result<NewPassword, &'static str> {
    text.parse()
}

/// Reads a password that somebody claims to know.
pub fn password(text: &str) -> Result<Password, &'static str> {
    text.parse()
}

/// What is wrong with a field of a form, in the words of the type that checks it; nothing where there is no rule.
///
/// A form goes by its `data-form`, a field by its name.
pub fn broken(form: &str, field: &str, text: &str) -> Option<String> {
    match (form, field) {
        ("listing", "title") => required(line::<Title>(text)),
        ("listing", "price") => required(price(text)),
        ("listing", "description") => optional(description(text)),
        ("listing", "category") => optional(line::<Category>(text)),
        ("listing", "venue") => optional(line::<Venue>(text)),
        ("listing", "city") => optional(line::<City>(text)),
        ("listing", "startsAt") => optional(line::<WallTime>(text)),
        ("listing", "timeZone") => optional(line::<TimeZone>(text)),
        // Without a number it is one.
        ("listing", "quantity") => optional(line::<Quantity>(text)),
        ("signup" | "signin", "email") => required(line::<Email>(text)),
        ("signup", "password") | ("password", "newPassword") => told(new_password(text)),
        ("signin", "password") | ("password", "currentPassword") => told(password(text)),
        ("reservation", "quantity") => required(line::<Quantity>(text)),
        ("refund", "amount") => required(amount(text)),
        // Without a number it is none.
        ("refund", "relistUnits") => optional(relisted(text)),
        ("refund", "reason") => optional(reason(text)),
        _ => None,
    }
}

fn required<T: FromJson>(field: Field<T>) -> Option<String> {
    match field {
        Field::Good(_) => None,
        Field::Missing => Some(T::MISSING.to_owned()),
        Field::Bad(rule) => Some(rule),
    }
}

fn optional<T: FromJson>(field: Field<T>) -> Option<String> {
    match field {
        Field::Good(_) | Field::Missing => None,
        Field::Bad(rule) => Some(rule),
    }
}

fn told<T>(field: Result<T, &'static str>) -> Option<String> {
    field.err().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_tells_the_rules_of_its_fields() {
        let long = "x".repeat(200);
        for (form, field, text, rule) in [
            ("listing", "title", " ", Some("Title is required")),
            ("listing", "title", "Hamlet", None),
            ("listing", "title", &long, Some("Title must be at most 140 characters")),
            ("listing", "price", "", Some("Price must be greater than 0")),
            ("listing", "price", "10.999", Some("Price must have at most two decimals")),
            ("listing", "price", " 20 ", None),
            ("listing", "price", "49,5", None),
            ("listing", "price", "49,50", None),
            ("listing", "price", "1,500", Some("Price must be a plain decimal number")),
            ("listing", "price", "1.500,5", Some("Price must be a plain decimal number")),
            ("listing", "price", "1,5,5", Some("Price must be a plain decimal number")),
            ("listing", "description", "", None),
            ("listing", "description", "Row 3\r\nAisle", None),
            ("listing", "city", "a\u{7}b", Some("City must not contain control characters")),
            ("listing", "startsAt", "", None),
            ("listing", "startsAt", "2027-06-30T20:00", None),
            ("listing", "startsAt", "tomorrow", Some(WallTime::RULE)),
            ("listing", "timeZone", "Europe/Berlin", None),
            ("listing", "timeZone", "+02:00", Some(TimeZone::RULE)),
            ("listing", "quantity", "", None),
            ("listing", "quantity", "101", Some("Quantity must be a whole number from 1 to 100")),
            ("signup", "email", "ada", Some("Email must be valid")),
            ("signup", "email", "", Some("Email must be valid")),
            ("signup", "password", "short", Some("Password must be between 8 and 128 characters")),
            ("signup", "password", "        ", None),
            ("signin", "password", "short", None),
            ("signin", "password", "", Some("You must supply a password")),
            ("password", "newPassword", "short", Some("Password must be between 8 and 128 characters")),
            ("password", "currentPassword", &long, Some("Password must be at most 128 characters")),
            ("reservation", "quantity", "", Some("Quantity must be a whole number from 1 to 100")),
            ("reservation", "quantity", "1.5", Some("Quantity must be a whole number from 1 to 100")),
            ("refund", "amount", "", Some("Amount must be greater than 0")),
            ("refund", "amount", "0.00", Some("Amount must be greater than 0")),
            ("refund", "amount", "29,50", None),
            // A line of an order may cost more than one unit ever does.
            ("refund", "amount", "2000000", None),
            ("refund", "amount", "1.999", Some("Amount must have at most two decimals")),
            ("refund", "amount", "-1", Some("Amount must be a plain decimal number")),
            ("refund", "relistUnits", "", None),
            ("refund", "relistUnits", "0", None),
            ("refund", "relistUnits", "101", Some("RelistUnits must be a whole number from 0 to 100")),
            ("refund", "reason", "", None),
            ("refund", "reason", &"x".repeat(501), Some("Reason must be at most 500 characters")),
            ("signup", "next", "//evil", None),
            ("unknown", "title", "", None),
        ] {
            assert_eq!(broken(form, field, text).as_deref(), rule, "{form} {field} {text:?}");
        }
    }

    #[test]
    fn line_breaks_count_once() {
        let text = "\r\n".repeat(1_998) + "ab";
        let text = format!("ab{text}");
        assert_eq!(broken("listing", "description", &text), None);
    }
}
