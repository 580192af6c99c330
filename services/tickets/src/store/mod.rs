//! The listings as stored: `{_id, state, derived, outbox}` in the collection `tickets`.

mod indexes;
mod projection;
mod query;

use bson::doc;
use common::{
    events::Event,
    id::{TicketId, UserId},
};
use messaging::{Aggregates, Attempts, Messaging, StoreError, WriteError};

pub(crate) use self::projection::Projected;
use crate::domain::{Search, Ticket, Transition};

/// How often a change is decided again because the listing changed in between.
const ATTEMPTS: u32 = 10;

/// The listings. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Listings {
    aggregates: Aggregates<Ticket>,
}

/// A change was not made.
#[derive(Debug)]
pub(crate) enum ChangeError<E> {
    /// There is no such listing.
    Unknown,
    /// The decision was no.
    Refused(E),
    /// It could not be stored.
    Write(WriteError),
}

impl<E> From<StoreError> for ChangeError<E> {
    fn from(error: StoreError) -> Self {
        Self::Write(error.into())
    }
}

/// A listing that was asked for.
#[derive(Debug)]
pub(crate) enum Created {
    /// Made by this request.
    Now(Ticket),
    /// Made when this request came for the first time; the listing as it is by now.
    Before(Ticket),
}

/// A listing after a change, or as it was if there was nothing to change.
#[derive(Debug)]
pub(crate) enum Settled {
    Changed(Ticket),
    Unchanged(Ticket),
}

impl Settled {
    pub(crate) fn ticket(&self) -> &Ticket {
        match self {
            Self::Changed(ticket) | Self::Unchanged(ticket) => ticket,
        }
    }
}

impl Listings {
    pub(crate) async fn open(messaging: &Messaging) -> Result<Self, StoreError> {
        Ok(Self { aggregates: Aggregates::open(messaging, indexes::all()).await? })
    }

    pub(crate) async fn get(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.aggregates.get(&id.to_string()).await
    }

    /// Lets `make` make a listing, stores and announces it; unless the request with this name has made one before.
    pub(crate) async fn create<E>(
        &self,
        request: Option<&str>,
        make: impl FnOnce() -> Result<Ticket, E>,
        announce: impl Fn(&Ticket) -> Event,
    ) -> Result<Created, ChangeError<E>> {
        if let Some(ticket) = self.made_by(request).await? {
            return Ok(Created::Before(ticket));
        }
        let ticket = make().map_err(ChangeError::Refused)?;
        match self.aggregates.insert(&ticket, &[announce(&ticket)]).await {
            Ok(()) => Ok(Created::Now(ticket)),
            // The same request twice at once, and the other one was faster.
            Err(error @ WriteError::Duplicate(_)) => {
                let before = self.made_by(request).await?;
                before.map(Created::Before).ok_or(ChangeError::Write(error))
            }
            Err(error) => Err(ChangeError::Write(error)),
        }
    }

    async fn made_by(&self, request: Option<&str>) -> Result<Option<Ticket>, StoreError> {
        match request {
            Some(name) => self.aggregates.find_one(doc! { "derived.request": name }).await,
            None => Ok(None),
        }
    }

    /// Reads a listing, lets `decide` say what becomes of it, stores and announces that. If the listing or its
    /// availability changed in between, all of it is done again.
    pub(crate) async fn change<E>(
        &self,
        id: TicketId,
        decide: impl Fn(&Ticket) -> Result<Transition, E>,
        announce: impl Fn(&Ticket) -> Event,
    ) -> Result<Settled, ChangeError<E>> {
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            let ticket = self.get(id).await?.ok_or(ChangeError::Unknown)?;
            let changed = match decide(&ticket).map_err(ChangeError::Refused)? {
                Transition::Changed(changed) => *changed,
                Transition::AlreadyThere => return Ok(Settled::Unchanged(ticket)),
            };
            let unprojected = projection::unchanged_since(&ticket);
            match self.aggregates.replace_if(unprojected, &changed, &[announce(&changed)]).await {
                Ok(()) => return Ok(Settled::Changed(changed)),
                Err(error) if attempts.again(&error).await => {}
                Err(error) => return Err(ChangeError::Write(error)),
            }
        }
    }

    /// What can be bought now and matches, one more than asked for if there are more.
    pub(crate) async fn search(
        &self,
        search: &Search,
        now: jiff::Timestamp,
    ) -> Result<Vec<Ticket>, StoreError> {
        let limit = i64::from(search.limit) + 1;
        self.aggregates.find(query::filter(search, now), query::order(search.sort), limit).await
    }

    /// A seller's listings in whatever state, newest first, one more than `limit` if there are more.
    pub(crate) async fn of_seller(
        &self,
        seller: UserId,
        before: Option<TicketId>,
        limit: u16,
    ) -> Result<Vec<Ticket>, StoreError> {
        let (filter, order) = query::of_seller(seller, before);
        self.aggregates.find(filter, order, i64::from(limit) + 1).await
    }
}
