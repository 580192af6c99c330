//! payments: paying for an order, and what sellers earn and give back.

use common::{
    api::{BalanceView, MovementView, PaymentStatus, PaymentView, RefundView, SaleView},
    id::{OrderId, PaymentId, TicketId},
};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::call::{Answer, Call, CallError, Part};
use crate::{
    caller::Caller,
    forms::RefundDraft,
    view::paging::{Paged, next_cursor},
};

/// Sales and movements on a page.
const PAGE_SIZE: &str = "20";

const PATH: [&str; 2] = ["api", "payments"];
const SALES: [&str; 3] = ["api", "payments", "sales"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pay<'a> {
    order_id: OrderId,
    #[serde(flatten)]
    with: With<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum With<'a> {
    Token(&'a str),
    PaymentMethodId(&'a str),
}

/// What is said of a payment that was just begun.
#[derive(Debug, Deserialize)]
pub(crate) struct Begun {
    pub(crate) id: PaymentId,
    pub(crate) status: PaymentStatus,
}

/// Pays for an order.
pub(crate) async fn pay(caller: &Caller, order_id: OrderId, method: &str) -> Result<Begun, CallError> {
    let with = if method.starts_with("pm_") { With::PaymentMethodId(method) } else { With::Token(method) };
    let call = Call::new(caller, Part::Payments, Method::POST, &PATH);
    call.json(&Pay { order_id, with }).patiently().body().await.map(|answer| answer.body)
}

/// The caller's payments of an order, newest first: every attempt, whatever became of it.
pub(crate) async fn of_order(caller: &Caller, order_id: OrderId) -> Result<Vec<PaymentView>, CallError> {
    let id = order_id.to_string();
    let call = Call::new(caller, Part::Payments, Method::GET, &PATH);
    call.query(&[("orderId", &id)]).body().await.map(|answer| answer.body)
}

/// Confirms a payment in the bank's place; the sandbox gateway offers this.
pub(crate) async fn confirm(caller: &Caller, id: PaymentId) -> Result<(), CallError> {
    let id = id.to_string();
    let call = Call::new(caller, Part::Payments, Method::POST, &["api", "payments", &id, "confirm"]);
    call.patiently().done().await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refund<'a> {
    ticket_id: TicketId,
    #[serde(flatten)]
    draft: &'a RefundDraft,
}

/// What the caller has earned, one balance a currency.
pub(crate) async fn balances(caller: &Caller) -> Result<Vec<BalanceView>, CallError> {
    let call = Call::new(caller, Part::Sales, Method::GET, &["api", "payments", "balance"]);
    call.body().await.map(|answer| answer.body)
}

/// What has changed the caller's balances, newest first.
pub(crate) async fn movements(caller: &Caller, cursor: &str) -> Result<Paged<MovementView>, CallError> {
    let call = Call::new(caller, Part::Sales, Method::GET, &["api", "payments", "movements"]);
    call.query(&[("limit", PAGE_SIZE), ("cursor", cursor)]).body().await.map(paged)
}

/// The caller's sales, newest first; of one listing only, if one is named.
pub(crate) async fn sales(
    caller: &Caller,
    ticket: Option<TicketId>,
    cursor: &str,
) -> Result<Paged<SaleView>, CallError> {
    let ticket = ticket.map(|id| id.to_string()).unwrap_or_default();
    let call = Call::new(caller, Part::Sales, Method::GET, &SALES);
    call.query(&[("ticketId", &ticket), ("limit", PAGE_SIZE), ("cursor", cursor)]).body().await.map(paged)
}

/// One of the caller's sales.
pub(crate) async fn sale(
    caller: &Caller,
    payment: PaymentId,
    ticket: TicketId,
) -> Result<Option<SaleView>, CallError> {
    let ids = (payment.to_string(), ticket.to_string());
    let call = Call::new(caller, Part::Sales, Method::GET, &SALES);
    let found: Vec<SaleView> = call.query(&[("paymentId", &ids.0), ("ticketId", &ids.1)]).body().await?.body;
    // A service of the version before does not know the first of the two.
    Ok(found.into_iter().find(|sale| sale.payment_id == payment && sale.ticket_id == ticket))
}

/// Gives money back to the buyer of a sale. The bank may be asked still when this returns.
pub(crate) async fn refund(
    caller: &Caller,
    payment: PaymentId,
    ticket_id: TicketId,
    draft: &RefundDraft,
    idempotency_key: &str,
) -> Result<RefundView, CallError> {
    let id = payment.to_string();
    let call = Call::new(caller, Part::Sales, Method::POST, &["api", "payments", &id, "refunds"]);
    let call = call.json(&Refund { ticket_id, draft }).idempotency_key(idempotency_key);
    call.patiently().body().await.map(|answer| answer.body)
}

fn paged<T>(answer: Answer<Vec<T>>) -> Paged<T> {
    Paged { next: next_cursor(&answer.headers), items: answer.body }
}
