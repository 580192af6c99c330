//! `GET /me/tickets`

use axum::{extract::State, response::Response};
use common::http::QueryParams;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    backend::tickets,
    caller::Caller,
    notice::Notice,
    pages::my_tickets::{MyTickets, PATH},
    render::{self, Outcome},
    state::AppState,
    trouble::Trouble,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    cursor: String,
}

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    QueryParams(place): QueryParams<Place>,
) -> Result<Response, Trouble> {
    let (visit, listed) = tokio::join!(caller.visit(), tickets::mine(&caller, &place.cursor));
    let (listed, is_first) = (listed?, place.cursor.is_empty());
    let notice = Notice::taken(&caller, PATH, state.cookie);
    Ok(render::page(Outcome::OK, visit, |visit| view! { <MyTickets visit listed is_first notice/> }))
}
