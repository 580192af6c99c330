//! tickets: what can be bought now, which is what most visitors ask.
//!
//! The answers are kept, and asked for again by their name: unless it changed, the service sends no list and none is read.
//! Everybody's own question still decides, so nothing shown is older than what the service would have said.

use std::sync::Arc;

use axum::http::header;
use common::api::TicketView;
use reqwest::Method;

use super::{
    call::{Answer, Call, CallError, Outage, Part},
    rounds::Rounds,
    tickets::paged,
};
use crate::{
    caller::Caller,
    forms::FilterForm,
    local_path::with_query,
    shelf::{Shelf, Weigh},
    view::paging::Paged,
};

/// Listings on a page.
const PAGE_SIZE: &str = "50";

/// What all answers kept may take together; a page of 50 listings takes 20 KiB, with long descriptions 200.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A page of what can be bought.
#[derive(Debug)]
pub(crate) struct OnSale {
    pub(crate) page: Paged<TicketView>,
    /// The service's name for exactly this page.
    pub(crate) etag: Option<Arc<str>>,
    bytes: usize,
}

impl Weigh for OnSale {
    fn bytes(&self) -> usize {
        // As text, and about as much again for what the text was read into.
        self.bytes * 2
    }
}

type Found = Result<Arc<OnSale>, CallError>;

/// The lists that were asked for, and those that are being asked for.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    kept: Shelf<String, OnSale>,
    rounds: Rounds<String, Found>,
}

impl Lists {
    pub(super) fn new() -> Self {
        Self { kept: Shelf::new("list", MOST_BYTES), rounds: Rounds::new() }
    }
}

/// What can be bought now. Visitors whom the service cannot tell apart ask it together.
pub(crate) async fn browse(caller: &Caller, filters: &FilterForm) -> Found {
    let lists = caller.services().lists.clone();
    let address = with_query("/", &query(&filters.asked()));
    if !caller.shows_services_nothing() {
        // Who has just changed something is to see it, which the service knows by a cookie.
        return ask(&lists, caller, filters, address).await;
    }
    let (key, rounds) = (address.clone(), lists.rounds.clone());
    let (caller, filters) = (caller.clone(), filters.clone());
    let ask = move || async move { ask(&lists, &caller, &filters, address).await };
    // None if the program is ending, or has a fault.
    let lost = Outage { part: Part::Listings, retry_after: None, maybe_done: false };
    rounds.ask(key, ask).await.unwrap_or(Err(CallError::Missing(lost)))
}

async fn ask(lists: &Lists, caller: &Caller, filters: &FilterForm, address: String) -> Found {
    let asked = filters.asked();
    let call = Call::new(caller, Part::Listings, Method::GET, &["api", "tickets"]).query(&query(&asked));
    let kept = lists.kept.get(&address);
    let answer = match kept.as_ref().and_then(|kept| Some((kept, kept.etag.as_deref()?))) {
        None => call.body().await?,
        Some((kept, etag)) => match call.body_unless(etag).await? {
            None => return Ok(kept.clone()),
            Some(answer) => answer,
        },
    };
    let on_sale = Arc::new(OnSale::read(answer));
    if on_sale.etag.is_some() {
        lists.kept.put(address, on_sale.clone());
    }
    Ok(on_sale)
}

fn query<'a>(asked: &'a [(&'static str, std::borrow::Cow<'a, str>)]) -> Vec<(&'static str, &'a str)> {
    let pairs = asked.iter().map(|(name, value)| (*name, value.as_ref()));
    pairs.chain([("limit", PAGE_SIZE)]).collect()
}

impl OnSale {
    fn read(answer: Answer<Vec<TicketView>>) -> Self {
        let etag = answer.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(Arc::from);
        let bytes = answer.bytes;
        Self { page: paged(answer), etag, bytes }
    }
}
