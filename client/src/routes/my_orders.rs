//! `GET /me/orders`

use axum::{extract::State, response::Response};
use common::http::QueryParams;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    backend::orders,
    caller::Caller,
    pages::my_orders::MyOrders,
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
    let (visit, listed) = tokio::join!(caller.visit(), orders::mine(&caller, &place.cursor));
    let (listed, is_first) = (listed?, place.cursor.is_empty());
    let now = state.clock.now();
    Ok(render::page(Outcome::OK, visit, |visit| view! { <MyOrders visit listed is_first now/> }))
}
