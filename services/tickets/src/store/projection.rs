//! Availability as the orders service announces it, applied within the database.

use bson::{Bson, Document, doc};
use common::id::TicketId;
use messaging::{Row, StoreError};
use mongodb::options::ReturnDocument;

use super::Listings;
use crate::domain::{Ticket, UnitCount};

/// What came of a count.
#[derive(Debug)]
pub(crate) enum Projected {
    /// It was news; the listing as it is now.
    Applied(Ticket),
    /// As new a count or a newer one is known; the listing as it is.
    Known(Ticket),
    /// There is no such listing.
    Unknown,
}

/// Counters in documents are signed, and no inventory changes 2^63 times.
fn number(count: u64) -> Bson {
    Bson::Int64(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Holds as long as no projection came after `ticket` was read.
pub(super) fn unchanged_since(ticket: &Ticket) -> Document {
    doc! { "state.availability.seq": number(ticket.availability().seq()) }
}

/// What a newer count makes of a listing, as [`crate::domain::Availability::of`] and [`Ticket::is_open`] say it of one in
/// memory. It touches neither version nor outbox: the change is the inventory's, and its owner has announced it.
fn pipeline(count: UnitCount) -> Vec<Document> {
    let taken = Bson::Int64(i64::from(count.held) + i64::from(count.sold));
    let mut numbers = doc! {
        "state.availability.seq": number(count.seq),
        "state.availability.held": i64::from(count.held),
        "state.availability.sold": i64::from(count.sold),
        "state.availability.available": { "$max": [0, { "$subtract": ["$state.quantity", taken] }] },
    };
    if let Some(takings) = count.takings {
        numbers.insert("state.availability.takings", takings.get());
    }
    vec![
        doc! { "$set": numbers },
        doc! { "$set": {
            "derived.open": { "$and": [
                { "$eq": ["$state.status", "listed"] },
                { "$gt": ["$state.availability.available", 0] },
            ] },
        } },
    ]
}

impl Listings {
    /// Applies a count iff it is newer than what is known, in one conditional write.
    pub(crate) async fn project(&self, id: TicketId, count: UnitCount) -> Result<Projected, StoreError> {
        let filter = doc! { "_id": id.to_string(), "state.availability.seq": { "$lt": number(count.seq) } };
        let after = self
            .aggregates
            .collection::<Row<Ticket>>()
            .find_one_and_update(filter, pipeline(count))
            .projection(doc! { "state": 1 })
            .return_document(ReturnDocument::After)
            .await
            .map_err(StoreError::during("projecting availability"))?;
        if let Some(row) = after {
            return Ok(Projected::Applied(row.state));
        }
        Ok(self.get(id).await?.map_or(Projected::Unknown, Projected::Known))
    }
}
