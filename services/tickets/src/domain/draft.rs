//! What a seller sends to make or to edit a listing.

use common::{
    field::FieldError,
    money::Price,
    text::{Category, City, Description, Quantity, TimeZone, Title, Venue},
};
use jiff::Timestamp;

use super::{Details, Said, Ticket};

/// The fields as far as they could be read, and what is wrong with the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft {
    /// What is for sale. Missing only if `broken` says why.
    pub(crate) title: Option<Title>,
    /// Price of one unit. Missing only if `broken` says why.
    pub(crate) price: Option<Price>,
    /// What else a buyer should know.
    pub(crate) description: Option<Description>,
    /// The kind of event.
    pub(crate) category: Option<Category>,
    /// Where it takes place.
    pub(crate) venue: Option<Venue>,
    /// The city it takes place in.
    pub(crate) city: Option<City>,
    /// When the event begins.
    pub(crate) starts_at: Option<Timestamp>,
    /// The venue's time zone.
    pub(crate) time_zone: Option<TimeZone>,
    /// How many units; if not said, one for a new listing and as many as before for an old one.
    pub(crate) quantity: Option<Quantity>,
    /// The fields that could not be read.
    pub(crate) broken: Vec<FieldError>,
}

impl Draft {
    /// What the listing is to say, or all that is wrong with it: what could not be read, and what does not fit the time
    /// or `before`, the listing that is edited.
    pub(super) fn details(
        &self,
        before: Option<&Ticket>,
        now: Timestamp,
    ) -> Result<Details, Vec<FieldError>> {
        let mut broken = self.broken.clone();
        let mut reject = |field: &str, message| broken.push(FieldError { field: field.to_owned(), message });
        // A date that has passed may stay: a seller must still be able to mend a typing error.
        let kept = before.is_some_and(|ticket| ticket.details().starts_at == self.starts_at);
        if !kept && self.starts_at.is_some_and(|starts_at| starts_at <= now) {
            reject("startsAt", "StartsAt must be in the future".to_owned());
        }
        let sold = before.map_or(0, |ticket| ticket.availability().sold());
        if self.quantity.is_some_and(|quantity| quantity.get() < sold) {
            reject("quantity", format!("Quantity must be at least {sold}: so many are sold"));
        }
        self.wording().filter(|_| broken.is_empty()).ok_or(broken)
    }

    /// Whether all of it could be read.
    pub(crate) fn is_readable(&self) -> bool {
        self.broken.is_empty()
    }

    /// What it says of a new listing, if all of it could be read; whether that fits the time is not looked at.
    pub(super) fn said(&self) -> Option<Said> {
        let details = self.wording().filter(|_| self.is_readable())?;
        Some(Said { details, quantity: self.quantity.unwrap_or(Quantity::ONE) })
    }

    fn wording(&self) -> Option<Details> {
        Some(Details {
            title: self.title.clone()?,
            price: self.price?,
            description: self.description.clone(),
            category: self.category.clone(),
            venue: self.venue.clone(),
            city: self.city.clone(),
            starts_at: self.starts_at,
            time_zone: self.time_zone.clone(),
        })
    }
}
