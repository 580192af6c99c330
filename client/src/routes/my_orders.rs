//! `GET /me/orders`

use axum::{extract::State, response::Response};
use common::http::QueryParams;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    backend::orders,
    caller::Caller,
    pages::my_orders::{MyOrders, Shown},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
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
    let listed = match listed {
        Ok(listed) => Ok(listed),
        Err(error) => Err(Refusal::on_form(error)?),
    };
    let outcome = outcome(listed.as_ref().err());
    let shown = Shown { listed, cursor: place.cursor, now: state.clock.now() };
    Ok(render::page(outcome, visit, |visit| view! { <MyOrders visit shown/> }))
}
