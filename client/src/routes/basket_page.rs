//! The basket's page, which three routes answer with.

use axum::response::Response;
use futures::future::join_all;
use leptos::prelude::*;

use crate::{
    backend::tickets,
    basket::Basket,
    caller::Caller,
    local_path::LocalPath,
    pages::basket::{Basket as BasketPage, Shown},
    render,
    state::AppState,
    view::{
        refusal::{Refusal, outcome},
        wish::Wish,
    },
};

pub(super) const PATH: &str = "/basket";

/// The page as things stand now: a basket, the mark of its form, and why the form was refused, if it was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    basket: Basket,
    key: String,
    refusal: Option<Refusal>,
) -> Response {
    // Before anybody is asked, so that nothing shown is older.
    let now = state.clock.now();
    let wishes =
        basket.lines().iter().map(|line| async { Wish::of(*line, tickets::show(caller, line.ticket).await) });
    let (mut visit, wishes) = tokio::join!(caller.visit_of(LocalPath::own(PATH)), join_all(wishes));
    visit.basket = basket.units();
    // A basket whose listings are not there says so, unless something else is more important.
    let refusal = refusal.or_else(|| wishes.iter().find_map(Wish::outage).map(Refusal::missing));
    let shown = Shown { wishes, key, now };
    render::page(outcome(refusal.as_ref()), visit, |visit| view! { <BasketPage visit shown refusal/> })
}
