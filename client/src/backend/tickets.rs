//! tickets: listings.

use common::{api::TicketView, id::TicketId};
use reqwest::Method;

use super::call::{Answer, Call, CallError, Part};
use crate::{
    caller::Caller,
    forms::{FilterForm, TicketDraft},
    view::paging::{Paged, next_cursor},
};

/// Listings on a page.
const PAGE_SIZE: &str = "24";

fn path(id: &str) -> [&str; 3] {
    ["api", "tickets", id]
}

/// What can be bought now.
pub(crate) async fn browse(caller: &Caller, filters: &FilterForm) -> Result<Paged<TicketView>, CallError> {
    let call = Call::new(caller, Part::Listings, Method::GET, &["api", "tickets"]);
    call.query(&filters.pairs_at(&filters.cursor)).query(&[("limit", PAGE_SIZE)]).body().await.map(paged)
}

/// The caller's listings.
pub(crate) async fn mine(caller: &Caller, cursor: &str) -> Result<Paged<TicketView>, CallError> {
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
pub(crate) async fn create(caller: &Caller, draft: &TicketDraft) -> Result<TicketView, CallError> {
    let call = Call::new(caller, Part::Listings, Method::POST, &["api", "tickets"]);
    call.json(draft).body().await.map(|answer| answer.body)
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

fn paged(answer: Answer<Vec<TicketView>>) -> Paged<TicketView> {
    Paged { next: next_cursor(&answer.headers), items: answer.body }
}
