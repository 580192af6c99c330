//! Selling and editing: the listing's form.

use common::{
    api::TicketView,
    field::{Field, FieldError, Fields},
    money::{Major, Price},
    text::{Category, City, Description, Moment, Quantity, Title, Venue},
};
use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

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
    pub(crate) starts_at: String,
    pub(crate) quantity: String,
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
    quantity: Quantity,
}

impl ListingForm {
    /// An empty form for one ticket.
    pub(crate) fn fresh() -> Self {
        Self { quantity: "1".to_owned(), ..Self::default() }
    }

    /// The form filled in with a listing as it is.
    pub(crate) fn of(ticket: &TicketView) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Self {
            title: ticket.title.to_string(),
            price: ticket.price.0.to_string(),
            description: text(ticket.description.as_ref().map(Description::as_str)),
            category: text(ticket.category.as_ref().map(Category::as_str)),
            venue: text(ticket.venue.as_ref().map(Venue::as_str)),
            city: text(ticket.city.as_ref().map(City::as_str)),
            starts_at: ticket.starts_at.map(as_typed).unwrap_or_default(),
            quantity: ticket.quantity.to_string(),
        }
    }

    /// What is sent, or all that is wrong.
    pub(crate) fn check(&self) -> Result<TicketDraft, Vec<FieldError>> {
        let mut fields = Fields::default();
        let title = fields.required("title", Field::<Title>::from_form(&self.title, str::parse));
        let price = fields.required("price", Field::from_form(&self.price, |text| Price::parse(text.trim())));
        // Browsers send line breaks as two characters, which would count against the longest length.
        let description = self.description.replace("\r\n", "\n");
        let description =
            fields.optional("description", Field::<Description>::from_form(&description, str::parse));
        let category = fields.optional("category", Field::<Category>::from_form(&self.category, str::parse));
        let venue = fields.optional("venue", Field::<Venue>::from_form(&self.venue, str::parse));
        let city = fields.optional("city", Field::<City>::from_form(&self.city, str::parse));
        let starts_at = fields.optional("startsAt", Field::from_form(&self.starts_at, moment));
        let quantity =
            Field::from_form(&self.quantity, |text| text.parse::<Quantity>().map_err(str::to_owned));
        let quantity = match quantity {
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
            starts_at: starts_at.map(|Moment(time)| time),
            quantity,
        });
        fields.finish(draft)
    }
}

/// A date and time input's value, which has no zone: the page says that it is UTC.
fn moment(text: &str) -> Result<Moment, String> {
    const RULE: &str = "StartsAt must be a date and time such as 2027-06-30T20:00";
    let time: civil::DateTime = text.trim().parse().map_err(|_| RULE)?;
    let zoned = time.to_zoned(TimeZone::UTC).map_err(|_| RULE)?;
    Ok(Moment(zoned.timestamp()))
}

fn as_typed(time: Timestamp) -> String {
    // Seconds only where there are some: people never type them, programs may have.
    let whole_minute = time.as_millisecond() % 60_000 == 0;
    let format = if whole_minute { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S%.3f" };
    time.to_zoned(TimeZone::UTC).strftime(format).to_string()
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
            quantity: "2".into(),
            ..ListingForm::default()
        }
    }

    #[test]
    fn a_good_form_is_sent_exactly() {
        let json = serde_json::to_string(&filled().check().unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"title":"Hamlet","price":49.5,"description":"Row 3\nAisle","startsAt":"2027-06-30T20:00:00Z","quantity":2}"#
        );
    }

    #[test]
    fn all_that_is_wrong_is_said_in_the_services_words() {
        let form = ListingForm {
            price: "10.999".into(),
            starts_at: "tomorrow".into(),
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
                ("startsAt", "StartsAt must be a date and time such as 2027-06-30T20:00"),
                ("quantity", "Quantity must be a whole number from 1 to 100"),
            ]
        );
    }

    #[test]
    fn a_start_is_filled_in_as_it_was_and_read_back_the_same() {
        for (stored, typed) in [
            ("2027-06-30T20:00:00Z", "2027-06-30T20:00"),
            ("2027-06-30T20:00:05.25Z", "2027-06-30T20:00:05.250"),
        ] {
            let time: Timestamp = stored.parse().unwrap();
            assert_eq!(as_typed(time), typed);
            assert_eq!(moment(typed), Ok(Moment(time)));
        }
    }

    #[test]
    fn prices_are_never_rounded() {
        for (typed, sent) in [("0.01", "0.01"), ("19.99", "19.99"), (" 20 ", "20"), ("1000000", "1000000")] {
            let form = ListingForm { price: typed.into(), ..filled() };
            let json = serde_json::to_string(&form.check().unwrap()).unwrap();
            assert!(json.contains(&format!(r#""price":{sent},"#)), "{json}");
        }
        for typed in ["", "0", "-1", "1e3", "1,5", "NaN", "1000000.01"] {
            let form = ListingForm { price: typed.into(), ..filled() };
            assert_eq!(form.check().unwrap_err()[0].field, "price", "{typed}");
        }
    }
}
