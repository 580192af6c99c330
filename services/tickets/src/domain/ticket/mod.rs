//! A listing, and what its seller may do with it.

mod origin;

use bson::{DateTime, Document, doc};
use common::{
    api::{OwnTicketView, Sales, TicketStatus, TicketView},
    events::{Event, ListingStatus, TicketState},
    field::FieldError,
    id::{TicketId, UserId},
    money::{Currency, Major, Price},
    text::{Category, City, Description, Quantity, TimeZone, Title, Venue},
};
use jiff::Timestamp;
use messaging::Aggregate;
use serde::{Deserialize, Serialize};

use self::origin::Origin;
pub(crate) use self::origin::{Said, request_name};
use super::{Availability, Draft, UNDATED, folded, words};

/// What a seller says of a listing, apart from how many units there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Details {
    /// What is for sale.
    pub(crate) title: Title,
    /// Price of one unit.
    pub(crate) price: Price,
    /// What else a buyer should know.
    pub(crate) description: Option<Description>,
    /// The kind of event.
    pub(crate) category: Option<Category>,
    /// Where it takes place.
    pub(crate) venue: Option<Venue>,
    /// The city it takes place in.
    pub(crate) city: Option<City>,
    /// When the event begins.
    #[serde(with = "messaging::optional_timestamp")]
    pub(crate) starts_at: Option<Timestamp>,
    /// The venue's time zone, spelt as the database does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<TimeZone>,
}

/// A listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ticket {
    id: TicketId,
    /// Counts the listing's own changes. The projection of its availability is none of them.
    version: u64,
    seller: UserId,
    details: Details,
    quantity: Quantity,
    currency: Currency,
    status: ListingStatus,
    #[serde(with = "messaging::timestamp")]
    created_at: Timestamp,
    availability: Availability,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

/// What a decision makes of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transition {
    /// The next version, to be stored and announced.
    Changed(Box<Ticket>),
    /// It is already what it should become.
    AlreadyThere,
}

/// Why a seller may not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The listing is somebody else's.
    #[error("the caller does not sell this listing")]
    NotSeller,
    /// The listing is withdrawn, which is final.
    #[error("the listing is withdrawn")]
    Withdrawn,
    /// Units of it are held.
    #[error("the listing cannot be changed ({tried}) while units of it are held")]
    Reserved {
        /// What was tried: `edit`, `withdraw`.
        tried: &'static str,
    },
    /// What the listing should say is against a rule.
    #[error("the listing's fields break a rule")]
    Invalid(Vec<FieldError>),
    /// The idempotency key was used for another listing.
    #[error("the idempotency key was used for another listing")]
    KeyReused,
}

/// More units are taken than any listing can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{taken} units are taken, more than a listing can have")]
pub(crate) struct Impossible {
    taken: u32,
}

impl Ticket {
    /// A new listing.
    pub(crate) fn create(
        id: TicketId,
        seller: UserId,
        currency: Currency,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let details = draft.details(None, now).map_err(Refusal::Invalid)?;
        let quantity = draft.quantity.unwrap_or(Quantity::ONE);
        Ok(Self {
            id,
            version: 1,
            seller,
            details,
            quantity,
            currency,
            status: ListingStatus::Listed,
            created_at: now,
            availability: Availability::untouched(quantity),
            origin: None,
        })
    }

    /// Makes the listing say what `draft` says.
    pub(crate) fn edit(&self, by: UserId, draft: &Draft, now: Timestamp) -> Result<Transition, Refusal> {
        self.changeable(by, "edit")?;
        let details = draft.details(Some(self), now).map_err(Refusal::Invalid)?;
        let quantity = draft.quantity.unwrap_or(self.quantity);
        if details == self.details && quantity == self.quantity {
            return Ok(Transition::AlreadyThere);
        }
        let edited = Self { details, ..self.next().sized(quantity) };
        Ok(Transition::Changed(Box::new(edited)))
    }

    /// Takes the listing off the market for good.
    pub(crate) fn withdraw(&self, by: UserId) -> Result<Transition, Refusal> {
        match self.changeable(by, "withdraw") {
            Err(Refusal::Withdrawn) => Ok(Transition::AlreadyThere),
            Err(refusal) => Err(refusal),
            Ok(()) => {
                let withdrawn = Self { status: ListingStatus::Withdrawn, ..self.next() };
                Ok(Transition::Changed(Box::new(withdrawn)))
            }
        }
    }

    /// Makes room for units that were reserved while the seller cut the quantity: the reservation wins.
    ///
    /// The quantity raised so is announced, and the seller's from then on. The orders service, which has reserved more
    /// than was announced, counts with the larger of both for as long as it lasts and with the announced one again once
    /// the units are released. So both end at the same quantity whether the shortage is ever seen here or not: if the
    /// release is heard before the reservation, nothing is raised, and what the seller announced holds.
    pub(crate) fn make_room(&self) -> Result<Transition, Impossible> {
        if !self.is_short() {
            return Ok(Transition::AlreadyThere);
        }
        let taken = self.availability.taken();
        let quantity = Quantity::try_from(taken).map_err(|_| Impossible { taken })?;
        Ok(Transition::Changed(Box::new(self.next().sized(quantity))))
    }

    fn changeable(&self, by: UserId, tried: &'static str) -> Result<(), Refusal> {
        if by != self.seller {
            return Err(Refusal::NotSeller);
        }
        if self.status == ListingStatus::Withdrawn {
            return Err(Refusal::Withdrawn);
        }
        if self.availability.held() > 0 {
            return Err(Refusal::Reserved { tried });
        }
        Ok(())
    }

    fn next(&self) -> Self {
        let origin = self.origin.clone().map(|origin| origin.outlive(self));
        Self { version: self.version + 1, origin, ..self.clone() }
    }

    fn sized(self, quantity: Quantity) -> Self {
        Self { quantity, availability: self.availability.of(quantity), ..self }
    }

    /// The listing's id.
    pub(crate) fn ticket_id(&self) -> TicketId {
        self.id
    }

    /// What it says.
    pub(crate) fn details(&self) -> &Details {
        &self.details
    }

    /// What is left of it, as far as is known here.
    pub(crate) fn availability(&self) -> &Availability {
        &self.availability
    }

    /// By what it stands among others in time, in milliseconds since 1970: undated ones at the end.
    pub(crate) fn starts_key(&self) -> i64 {
        self.details.starts_at.map_or(UNDATED, Timestamp::as_millisecond)
    }

    /// Whether more units are taken than are listed.
    pub(crate) fn is_short(&self) -> bool {
        self.availability.taken() > self.quantity.get()
    }

    /// Whether a unit of it could be reserved, its date aside.
    pub(crate) fn is_open(&self) -> bool {
        self.status == ListingStatus::Listed && self.availability.available() > 0
    }

    /// What other services are told of it.
    pub(crate) fn public(&self) -> TicketState {
        TicketState {
            id: self.id,
            version: self.version,
            seller_id: self.seller,
            title: self.details.title.clone(),
            price_minor: self.details.price,
            currency: self.currency.clone(),
            quantity: self.quantity.get(),
            status: self.status,
            starts_at: self.details.starts_at,
            time_zone: self.details.time_zone.clone(),
        }
    }

    /// The event that tells the state it is in.
    pub(crate) fn latest_event(&self) -> Event {
        match (self.status, self.version) {
            (ListingStatus::Withdrawn, _) => Event::TicketWithdrawn(self.public()),
            (ListingStatus::Listed, 1) => Event::TicketCreated(self.public()),
            (ListingStatus::Listed, _) => Event::TicketUpdated(self.public()),
        }
    }

    /// What anyone may see of it.
    pub(crate) fn view(&self) -> TicketView {
        let withdrawn = self.status == ListingStatus::Withdrawn;
        let available = if withdrawn { 0 } else { self.availability.available() };
        let status = match (withdrawn, available, self.availability.held()) {
            (true, ..) => TicketStatus::Withdrawn,
            (false, 1.., _) => TicketStatus::Available,
            (false, 0, 1..) => TicketStatus::Reserved,
            (false, 0, 0) => TicketStatus::Sold,
        };
        let details = self.details.clone();
        TicketView {
            id: self.id,
            title: details.title,
            price: Major(details.price.minor()),
            currency: self.currency.as_str().to_owned(),
            description: details.description,
            category: details.category,
            venue: details.venue,
            city: details.city,
            starts_at: details.starts_at,
            time_zone: details.time_zone,
            quantity: self.quantity.get(),
            available,
            status,
            user_id: self.seller,
            version: self.version,
        }
    }

    /// What its seller sees of it.
    pub(crate) fn own_view(&self) -> OwnTicketView {
        let sales = Sales {
            held: self.availability.held(),
            sold: self.availability.sold(),
            takings: Major(self.availability.takings()),
        };
        OwnTicketView { ticket: self.view(), sales }
    }
}

impl Aggregate for Ticket {
    const COLLECTION: &'static str = "tickets";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn announcement(&self) -> Option<Event> {
        Some(self.latest_event())
    }

    /// What lists are filtered, searched and sorted by, `open` being kept by the projection too; and `request`, which
    /// names the idempotency key, unique if there.
    fn derived(&self) -> Document {
        let Details { title, category, venue, city, description, .. } = &self.details;
        let texts = [
            Some(title.as_str()),
            category.as_ref().map(Category::as_str),
            venue.as_ref().map(Venue::as_str),
            city.as_ref().map(City::as_str),
            description.as_ref().map(Description::as_str),
        ];
        let mut derived = doc! {
            "open": self.is_open(),
            "startsKey": DateTime::from_millis(self.starts_key()),
            "words": words(texts.into_iter().flatten()),
            "category": category.as_ref().map(|category| folded(category.as_str())),
            "city": city.as_ref().map(|city| folded(city.as_str())),
        };
        if let Some(origin) = &self.origin {
            derived.insert("request", request_name(self.seller, &origin.key));
        }
        derived
    }
}

#[cfg(test)]
mod tests;
