//! orders: reservations.

use common::{
    api::OrderView,
    id::{OrderId, TicketId},
    money::Major,
    text::Quantity,
};
use reqwest::Method;
use serde::Serialize;

use super::call::{Call, CallError, Part};
use crate::{
    caller::Caller,
    view::paging::{Paged, next_cursor},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reserve {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_total: Option<Major>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    ticket_id: TicketId,
    quantity: Quantity,
}

/// Reserves units of one or several listings, all or nothing, at a total the buyer has seen.
pub(crate) async fn reserve(
    caller: &Caller,
    wanted: impl IntoIterator<Item = (TicketId, Quantity)>,
    expected_total: Option<Major>,
    idempotency_key: &str,
) -> Result<OrderView, CallError> {
    let items = wanted.into_iter().map(|(ticket_id, quantity)| Item { ticket_id, quantity }).collect();
    let body = Reserve { items, expected_total };
    let call = Call::new(caller, Part::Orders, Method::POST, &["api", "orders"]);
    call.json(&body).idempotency_key(idempotency_key).body().await.map(|answer| answer.body)
}

/// The caller's orders, newest first.
pub(crate) async fn mine(caller: &Caller, cursor: &str) -> Result<Paged<OrderView>, CallError> {
    let call = Call::new(caller, Part::Orders, Method::GET, &["api", "orders"]);
    let answer = call.query(&[("cursor", cursor)]).body().await?;
    Ok(Paged { next: next_cursor(&answer.headers), items: answer.body })
}

/// One of the caller's orders.
pub(crate) async fn show(caller: &Caller, id: OrderId) -> Result<OrderView, CallError> {
    let id = id.to_string();
    let call = Call::new(caller, Part::Orders, Method::GET, &["api", "orders", &id]);
    call.body().await.map(|answer| answer.body)
}

/// Gives a reservation up.
pub(crate) async fn cancel(caller: &Caller, id: OrderId) -> Result<(), CallError> {
    let id = id.to_string();
    Call::new(caller, Part::Orders, Method::DELETE, &["api", "orders", &id]).done().await
}
