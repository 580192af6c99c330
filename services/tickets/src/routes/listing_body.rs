//! What a seller sends to make or to edit a listing.

use common::{
    field::{Field, Fields, FromJson, string},
    money::Price,
    text::{Category, City, Description, Moment, Quantity, TimeZone, Title, Venue},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Draft, known_zone};

/// A listing as its seller writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Listing)]
pub(super) struct ListingBody {
    /// What is for sale.
    #[serde(default)]
    #[schema(value_type = Title, required)]
    title: Field<Title>,
    /// Price of one unit.
    #[serde(default)]
    #[schema(value_type = Price, required)]
    price: Field<Price>,
    /// What else a buyer should know.
    #[serde(default)]
    #[schema(value_type = Description, required = false)]
    description: Field<OrBlank<Description>>,
    /// The kind of event.
    #[serde(default)]
    #[schema(value_type = Category, required = false)]
    category: Field<OrBlank<Category>>,
    /// Where it takes place.
    #[serde(default)]
    #[schema(value_type = Venue, required = false)]
    venue: Field<OrBlank<Venue>>,
    /// The city it takes place in.
    #[serde(default)]
    #[schema(value_type = City, required = false)]
    city: Field<OrBlank<City>>,
    /// When the event begins; in the future.
    #[serde(default)]
    #[schema(value_type = Moment, required = false)]
    starts_at: Field<OrBlank<Moment>>,
    /// The venue's time zone by its name in the IANA database, such as `Europe/Berlin`.
    #[serde(default)]
    #[schema(value_type = TimeZone, required = false)]
    time_zone: Field<OrBlank<KnownZone>>,
    /// How many units: 1 to 100. If not given, one for a new listing and as many as before for an old one.
    #[serde(default)]
    #[schema(value_type = Quantity, required = false)]
    quantity: Field<Quantity>,
}

impl ListingBody {
    /// What is in it, good or bad, beside what `fields` says of the rest of the request.
    pub(super) fn read(self, mut fields: Fields) -> Draft {
        let mut draft = Draft {
            title: fields.required("title", self.title),
            price: fields.required("price", self.price),
            description: optional(&mut fields, "description", self.description),
            category: optional(&mut fields, "category", self.category),
            venue: optional(&mut fields, "venue", self.venue),
            city: optional(&mut fields, "city", self.city),
            starts_at: optional(&mut fields, "startsAt", self.starts_at).map(|Moment(time)| time),
            time_zone: optional(&mut fields, "timeZone", self.time_zone).map(|KnownZone(zone)| zone),
            quantity: fields.optional("quantity", self.quantity),
            broken: Vec::new(),
        };
        draft.broken = fields.finish(None::<()>).err().unwrap_or_default();
        draft
    }
}

/// The name of a time zone that there is.
#[derive(Debug)]
struct KnownZone(TimeZone);

impl FromJson for KnownZone {
    const MISSING: &'static str = TimeZone::MISSING;

    fn from_json(raw: &str) -> Result<Self, String> {
        known_zone(&TimeZone::from_json(raw)?).map(Self).ok_or_else(|| TimeZone::RULE.to_owned())
    }
}

/// A text that need not be given. A blank one counts as not given: a form sends all the fields it has.
#[derive(Debug)]
struct OrBlank<T>(Option<T>);

impl<T: FromJson> FromJson for OrBlank<T> {
    const MISSING: &'static str = T::MISSING;

    fn from_json(raw: &str) -> Result<Self, String> {
        if string(raw).is_ok_and(|text| text.trim().is_empty()) {
            return Ok(Self(None));
        }
        T::from_json(raw).map(|value| Self(Some(value)))
    }
}

fn optional<T: FromJson>(fields: &mut Fields, name: &str, field: Field<OrBlank<T>>) -> Option<T> {
    fields.optional(name, field).and_then(|OrBlank(value)| value)
}
