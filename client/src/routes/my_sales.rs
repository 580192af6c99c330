//! `GET /me/sales`

use std::collections::BTreeSet;

use axum::response::Response;
use common::{http::QueryParams, id::TicketId};
use leptos::prelude::*;
use serde::Deserialize;

use super::listings;
use crate::{
    backend::payments,
    caller::Caller,
    pages::sales::{Sales, Shown},
    render,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Only this listing's sales.
    ticket: String,
    cursor: String,
}

pub(super) async fn handle(
    caller: Caller,
    QueryParams(place): QueryParams<Place>,
) -> Result<Response, Trouble> {
    let ticket: Option<TicketId> = match place.ticket.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Trouble::NotFound)?),
    };
    let (visit, listed) = tokio::join!(caller.visit(), payments::sales(&caller, ticket, &place.cursor));
    let listed = match listed {
        Ok(listed) => Ok(listed),
        Err(error) => Err(Refusal::on_form(error)?),
    };
    let sold = listed.iter().flat_map(|listed| listed.items.iter().map(|sale| sale.ticket_id));
    let named: BTreeSet<_> = sold.chain(ticket).collect();
    let listings = listings::known(&caller, named).await;
    let outcome = outcome(listed.as_ref().err());
    let shown = Shown { listed, listings, ticket, is_first: place.cursor.is_empty() };
    Ok(render::page(outcome, visit, |visit| view! { <Sales visit shown/> }))
}
