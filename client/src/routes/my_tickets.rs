//! `GET /me/tickets`

use axum::response::Response;
use common::http::QueryParams;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    backend::tickets,
    caller::Caller,
    pages::my_tickets::MyTickets,
    render::{self, Outcome},
    trouble::Trouble,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    cursor: String,
}

pub(super) async fn handle(
    caller: Caller,
    QueryParams(place): QueryParams<Place>,
) -> Result<Response, Trouble> {
    let (visit, listed) = tokio::join!(caller.visit(), tickets::mine(&caller, &place.cursor));
    let (listed, is_first) = (listed?, place.cursor.is_empty());
    Ok(render::page(Outcome::OK, visit, |visit| view! { <MyTickets visit listed is_first/> }))
}
