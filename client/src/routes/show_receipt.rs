//! `GET /orders/{id}/receipt`

use axum::response::Response;
use common::{api::OrderStatus, id::OrderId};
use leptos::prelude::*;

use super::page_id::PageId;
use crate::{
    backend::{orders, payments},
    caller::Caller,
    pages::receipt::Receipt,
    render::{self, Outcome},
    trouble::Trouble,
    view::bill::Bill,
};

pub(super) async fn handle(caller: Caller, PageId(id): PageId<OrderId>) -> Result<Response, Trouble> {
    let (visit, order, payments) =
        tokio::join!(caller.visit(), orders::show(&caller, id), payments::of_order(&caller, id));
    let order = order?;
    // What is not paid has no receipt.
    if order.status != OrderStatus::Complete {
        return Err(Trouble::NotFound);
    }
    // What was bought, and for how much, the order itself knows.
    let whole = payments.is_ok();
    let bill = Bill::of(&order, &payments.unwrap_or_default());
    Ok(render::page(Outcome::OK, visit, |visit| view! { <Receipt visit order bill whole/> }))
}
