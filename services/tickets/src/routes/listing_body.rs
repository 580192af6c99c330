//! What a seller sends to make or to edit a listing.

use common::{
    field::{Field, FieldError, Fields},
    money::Price,
    text::{Category, City, Description, Moment, Quantity, Title, Venue},
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Details, Draft, STARTS_IN_PAST};

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
    description: Field<Description>,
    /// The kind of event.
    #[serde(default)]
    #[schema(value_type = Category, required = false)]
    category: Field<Category>,
    /// Where it takes place.
    #[serde(default)]
    #[schema(value_type = Venue, required = false)]
    venue: Field<Venue>,
    /// The city it takes place in.
    #[serde(default)]
    #[schema(value_type = City, required = false)]
    city: Field<City>,
    /// When the event begins; in the future.
    #[serde(default)]
    #[schema(value_type = Moment, required = false)]
    starts_at: Field<Moment>,
    /// How many units: 1 to 100. If not given, one for a new listing and as many as before for an old one.
    #[serde(default)]
    #[schema(value_type = Quantity, required = false)]
    quantity: Field<Quantity>,
}

impl ListingBody {
    /// The draft in it, or all that is wrong with it. A date must be after `starts_after`, if that is given.
    pub(super) fn read(self, starts_after: Option<Timestamp>) -> Result<Draft, Vec<FieldError>> {
        let mut fields = Fields::default();
        let title = fields.required("title", self.title);
        let price = fields.required("price", self.price);
        let description = fields.optional("description", self.description);
        let category = fields.optional("category", self.category);
        let venue = fields.optional("venue", self.venue);
        let city = fields.optional("city", self.city);
        let starts_at = fields.optional("startsAt", self.starts_at).map(|Moment(time)| time);
        let quantity = fields.optional("quantity", self.quantity);
        if starts_after.zip(starts_at).is_some_and(|(after, starts_at)| starts_at <= after) {
            fields.reject("startsAt", STARTS_IN_PAST);
        }
        let details = title.zip(price).map(|(title, price)| Details {
            title,
            price,
            description,
            category,
            venue,
            city,
            starts_at,
        });
        fields.finish(details.map(|details| Draft { details, quantity }))
    }
}
