//! `GET /me/money`

use axum::response::Response;
use common::http::QueryParams;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    backend::{CallError, payments},
    caller::Caller,
    pages::seller_money::{SellerMoney, Shown},
    render,
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
    QueryParams(place): QueryParams<Place>,
) -> Result<Response, Trouble> {
    let (visit, balances, movements) = tokio::join!(
        caller.visit(),
        payments::balances(&caller),
        payments::movements(&caller, &place.cursor)
    );
    let shown =
        Shown { balances: part(balances)?, movements: part(movements)?, is_first: place.cursor.is_empty() };
    let outcome = outcome(shown.refusal());
    Ok(render::page(outcome, visit, |visit| view! { <SellerMoney visit shown/> }))
}

/// A part of the page, or why it is missing; the other is worth showing without.
fn part<T>(answer: Result<T, CallError>) -> Result<Result<T, Refusal>, Trouble> {
    match answer {
        Ok(part) => Ok(Ok(part)),
        Err(error) => Refusal::on_form(error).map(Err),
    }
}
