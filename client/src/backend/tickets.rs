//! tickets: listings, all but [what can be bought now](super::on_sale).

use common::{
    api::{OwnTicketView, TicketView},
    id::TicketId,
};
use reqwest::Method;

use super::call::{Answer, Call, CallError, Part};
use crate::{
    caller::Caller,
    forms::TicketDraft,
    view::paging::{Paged, next_cursor},
};

fn path(id: &str) -> [&str; 3] {
    ["api", "tickets", id]
}

/// The caller's listings, with what became of them.
pub(crate) async fn mine(caller: &Caller, cursor: &str) -> Result<Paged<OwnTicketView>, CallError> {
    let call = Call::new(caller, Part::Listings, Method::GET, &["api", "tickets", "mine"]);
    call.query(&[("cursor", cursor)]).body().await.map(paged)
}

/// One listing.
pub(crate) async fn show(caller: &Caller, id: TicketId) -> Result<TicketView, CallError> {
    let id = id.to_string();
    let call = Call::new(caller, Part::Listings, Method::GET, &path(&id));
    call.body().await.map(|answer| answer.body)
}

/// Puts a listing up.
pub(crate) async fn create(
    caller: &Caller,
    draft: &TicketDraft,
    idempotency_key: &str,
) -> Result<TicketView, CallError> {
    let call = Call::new(caller, Part::Listings, Method::POST, &["api", "tickets"]);
    call.json(draft).idempotency_key(idempotency_key).body().await.map(|answer| answer.body)
}

/// Changes a listing.
pub(crate) async fn edit(caller: &Caller, id: TicketId, draft: &TicketDraft) -> Result<(), CallError> {
    let id = id.to_string();
    Call::new(caller, Part::Listings, Method::PUT, &path(&id)).json(draft).done().await
}

/// Takes a listing off the market.
pub(crate) async fn withdraw(caller: &Caller, id: TicketId) -> Result<(), CallError> {
    let id = id.to_string();
    Call::new(caller, Part::Listings, Method::DELETE, &path(&id)).done().await
}

pub(super) fn paged<T>(answer: Answer<Vec<T>>) -> Paged<T> {
    Paged { next: next_cursor(&answer.headers), items: answer.body }
}
