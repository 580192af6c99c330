//! Selling and editing: the listing's form.

use common::{
    api::TicketView,
    field::{Field, FieldError, Fields},
    money::Major,
    text::{Category, City, Description, Quantity, TimeZone as ZoneName, Title, Venue},
};
use islands::rules::{self, WallTime};
use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::key::kept_key;
use crate::{
    config::UsualZone,
    view::{categories::kept, zones},
};

/// The form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListingForm {
    pub(crate) title: String,
    pub(crate) price: String,
    pub(crate) description: String,
    pub(crate) category: String,
    pub(crate) venue: String,
    pub(crate) city: String,
    /// By the clocks of `time_zone`.
    pub(crate) starts_at: String,
    /// The moment that `starts_at` was filled in with.
    pub(crate) starts_at_was: String,
    pub(crate) time_zone: String,
    pub(crate) quantity: String,
    /// The page's own mark, so that a form sent twice lists once.
    key: String,
}

/// A listing that keeps the rules of its single fields, ready to be sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketDraft {
    title: Title,
    price: Major,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<Venue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<City>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<ZoneName>,
    quantity: Quantity,
}

impl ListingForm {
    /// An empty form for one ticket, at a venue in the zone that most are in.
    pub(crate) fn fresh(usual: &UsualZone) -> Self {
        Self { quantity: "1".to_owned(), time_zone: usual.name().to_owned(), ..Self::default() }
    }

    /// The form filled in with a listing as it is. One that names no zone has its time in UTC, and one without a time is
    /// still to get both.
    pub(crate) fn of(ticket: &TicketView, usual: &UsualZone) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let zone = match (&ticket.time_zone, ticket.starts_at) {
            (Some(zone), _) => zone.to_string(),
            (None, Some(_)) => zones::UTC.to_owned(),
            (None, None) => usual.name().to_owned(),
        };
        let here = zones::of(ticket);
        Self {
            title: ticket.title.to_string(),
            price: ticket.price.0.to_string(),
            description: text(ticket.description.as_ref().map(Description::as_str)),
            category: text(ticket.category.as_ref().map(Category::as_str)),
            venue: text(ticket.venue.as_ref().map(Venue::as_str)),
            city: text(ticket.city.as_ref().map(City::as_str)),
            starts_at: ticket.starts_at.map(|at| as_typed(local(at, &here))).unwrap_or_default(),
            starts_at_was: ticket.starts_at.map(|at| at.to_string()).unwrap_or_default(),
            time_zone: zone,
            quantity: ticket.quantity.to_string(),
            key: String::new(),
        }
    }

    /// The key, if it is one of ours; else a new one.
    pub(crate) fn key(&self) -> String {
        kept_key(&self.key)
    }

    /// The same form with another key.
    pub(crate) fn with_key(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// What is sent, or all that is wrong.
    pub(crate) fn check(&self) -> Result<TicketDraft, Vec<FieldError>> {
        let mut fields = Fields::default();
        let title = fields.required("title", rules::line::<Title>(&self.title));
        let price = fields.required("price", rules::price(&self.price));
        let description = fields.optional("description", rules::description(&self.description));
        let category = fields.optional("category", rules::line::<Category>(kept(&self.category)));
        let venue = fields.optional("venue", rules::line::<Venue>(&self.venue));
        let city = fields.optional("city", rules::line::<City>(&self.city));
        let time_zone = fields.optional("timeZone", Field::from_form(&self.time_zone, zones::parse));
        let here = time_zone.as_ref().and_then(zones::find).unwrap_or(TimeZone::UTC);
        let starts_at = fields
            .optional("startsAt", rules::line::<WallTime>(&self.starts_at))
            .and_then(|WallTime(typed)| self.moment(typed, &here, &mut fields));
        let quantity = match rules::line::<Quantity>(&self.quantity) {
            Field::Missing => Some(Quantity::ONE),
            field => fields.required("quantity", field),
        };
        let draft = title.zip(price).zip(quantity).map(|((title, price), quantity)| TicketDraft {
            title,
            price: Major(price.minor()),
            description,
            category,
            venue,
            city,
            starts_at,
            time_zone,
            quantity,
        });
        fields.finish(draft)
    }

    /// The moment when a clock at the venue shows a time. One that the clocks skip is as much later; one they show twice
    /// is the first, unless the listing had the second and nobody touched it.
    fn moment(&self, typed: civil::DateTime, here: &TimeZone, fields: &mut Fields) -> Option<Timestamp> {
        let was = self.starts_at_was.parse::<Timestamp>().ok().filter(|was| local(*was, here) == typed);
        let found = was.or_else(|| typed.to_zoned(here.clone()).ok().map(|at| at.timestamp()));
        if found.is_none() {
            fields.reject("startsAt", WallTime::RULE);
        }
        found
    }
}

/// What a clock at the venue shows, to the millisecond that services keep.
fn local(time: Timestamp, here: &TimeZone) -> civil::DateTime {
    let whole = Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time);
    whole.to_zoned(here.clone()).datetime()
}

fn as_typed(time: civil::DateTime) -> String {
    // Seconds only where there are some: people never type them, programs may have.
    let whole_minute = time.second() == 0 && time.subsec_nanosecond() == 0;
    let format = if whole_minute { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S%.3f" };
    time.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> ListingForm {
        ListingForm {
            title: " Hamlet ".into(),
            price: "49.5".into(),
            description: "Row 3\r\nAisle".into(),
            city: "  ".into(),
            starts_at: "2027-06-30T20:00".into(),
            time_zone: "Europe/Berlin".into(),
            quantity: "2".into(),
            ..ListingForm::default()
        }
    }

    #[test]
    fn a_good_form_is_sent_exactly() {
        let json = serde_json::to_string(&filled().check().unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"title":"Hamlet","price":49.5,"description":"Row 3\nAisle","startsAt":"2027-06-30T18:00:00Z","timeZone":"Europe/Berlin","quantity":2}"#
        );
    }

    #[test]
    fn all_that_is_wrong_is_said_in_the_services_words() {
        let form = ListingForm {
            price: "10.999".into(),
            starts_at: "tomorrow".into(),
            time_zone: "Mars/Olympus".into(),
            quantity: "0".into(),
            ..ListingForm::default()
        };
        let errors = form.check().unwrap_err();
        let seen: Vec<_> =
            errors.iter().map(|error| (error.field.as_str(), error.message.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("title", "Title is required"),
                ("price", "Price must have at most two decimals"),
                ("timeZone", "TimeZone must be the name of a time zone such as Europe/Berlin"),
                ("startsAt", "StartsAt must be a date and time such as 2027-06-30T20:00"),
                ("quantity", "Quantity must be a whole number from 1 to 100"),
            ]
        );
    }

    fn listed(starts_at: Option<&str>, zone: Option<&str>) -> TicketView {
        let json = serde_json::json!({
            "id": "6b49d2000102030405060708", "title": "Hamlet", "price": 20, "currency": "eur", "quantity": 1,
            "available": 1, "status": "available", "userId": "6b49d1ff1112131415161718", "version": 0,
            "startsAt": starts_at, "timeZone": zone,
        });
        serde_json::from_str(&json.to_string()).unwrap()
    }

    fn usual() -> UsualZone {
        "Europe/Vienna".parse().unwrap()
    }

    fn sent(form: &ListingForm) -> Option<String> {
        form.check().unwrap().starts_at.map(|at| at.to_string())
    }

    #[test]
    fn a_start_is_filled_in_as_it_was_and_read_back_the_same() {
        for (stored, zone, typed) in [
            ("2027-06-30T20:00:00Z", None, "2027-06-30T20:00"),
            ("2027-06-30T20:00:00Z", Some("Europe/Berlin"), "2027-06-30T22:00"),
            ("2027-06-30T20:00:05.25Z", Some("America/New_York"), "2027-06-30T16:00:05.250"),
            // The clocks go back: both are shown as the same time.
            ("2027-10-31T00:30:00Z", Some("Europe/Berlin"), "2027-10-31T02:30"),
            ("2027-10-31T01:30:00Z", Some("Europe/Berlin"), "2027-10-31T02:30"),
        ] {
            let form = ListingForm::of(&listed(Some(stored), zone), &usual());
            assert_eq!(form.starts_at, typed);
            assert_eq!(sent(&form).as_deref(), Some(stored));
            // Browsers may write the same time with fewer digits.
            let trimmed = ListingForm { starts_at: typed.trim_end_matches(".250").to_owned(), ..form };
            assert!(trimmed.check().is_ok());
        }
    }

    #[test]
    fn a_start_is_typed_by_the_venues_clock() {
        for (typed, zone, moment) in [
            ("2027-06-30T20:00", "Europe/Berlin", "2027-06-30T18:00:00Z"),
            ("2027-01-30T20:00", "Europe/Berlin", "2027-01-30T19:00:00Z"),
            ("2027-06-30T20:00", "UTC", "2027-06-30T20:00:00Z"),
            ("2027-06-30T20:00", "", "2027-06-30T20:00:00Z"),
            // Skipped in spring, and shown twice in autumn.
            ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00Z"),
            ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00Z"),
        ] {
            let form = ListingForm { starts_at: typed.into(), time_zone: zone.into(), ..filled() };
            assert_eq!(sent(&form).as_deref(), Some(moment), "{typed} {zone}");
        }
    }

    #[test]
    fn a_start_that_was_touched_is_what_was_typed() {
        let form = ListingForm::of(&listed(Some("2027-10-31T01:30:00Z"), Some("Europe/Berlin")), &usual());
        let moved = ListingForm { starts_at: "2027-10-31T03:30".into(), ..form.clone() };
        assert_eq!(sent(&moved).as_deref(), Some("2027-10-31T02:30:00Z"));
        let elsewhere = ListingForm { time_zone: "Europe/London".into(), ..form };
        assert_eq!(sent(&elsewhere).as_deref(), Some("2027-10-31T02:30:00Z"));
    }

    #[test]
    fn a_form_proposes_the_usual_zone_where_there_is_no_time_yet() {
        assert_eq!(ListingForm::fresh(&usual()).time_zone, "Europe/Vienna");
        assert_eq!(ListingForm::of(&listed(None, None), &usual()).time_zone, "Europe/Vienna");
        let old = listed(Some("2027-06-30T20:00:00Z"), None);
        assert_eq!(ListingForm::of(&old, &usual()).time_zone, "UTC");
    }

    #[test]
    fn prices_are_never_rounded() {
        for (typed, sent) in
            [("0.01", "0.01"), ("19.99", "19.99"), (" 20 ", "20"), ("1000000", "1000000"), ("49,5", "49.5")]
        {
            let form = ListingForm { price: typed.into(), ..filled() };
            let json = serde_json::to_string(&form.check().unwrap()).unwrap();
            assert!(json.contains(&format!(r#""price":{sent},"#)), "{json}");
        }
        for typed in ["", "0", "-1", "1e3", "1,500", "1.5,0", "NaN", "1000000.01"] {
            let form = ListingForm { price: typed.into(), ..filled() };
            assert_eq!(form.check().unwrap_err()[0].field, "price", "{typed}");
        }
    }
}
