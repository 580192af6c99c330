//! payments: paying for an order.

use common::{
    api::{PaymentStatus, PaymentView},
    id::{OrderId, PaymentId},
};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, Part};
use crate::caller::Caller;

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
    let call = Call::new(caller, Part::Payments, Method::POST, &["api", "payments"]);
    call.json(&Pay { order_id, with }).patiently().body().await.map(|answer| answer.body)
}

/// The caller's payments of an order, newest first: every attempt, whatever became of it.
pub(crate) async fn of_order(caller: &Caller, order_id: OrderId) -> Result<Vec<PaymentView>, CallError> {
    let id = order_id.to_string();
    let call = Call::new(caller, Part::Payments, Method::GET, &["api", "payments"]);
    call.query(&[("orderId", &id)]).body().await.map(|answer| answer.body)
}

/// Confirms a payment in the bank's place; the sandbox gateway offers this.
pub(crate) async fn confirm(caller: &Caller, id: PaymentId) -> Result<(), CallError> {
    let id = id.to_string();
    let call = Call::new(caller, Part::Payments, Method::POST, &["api", "payments", &id, "confirm"]);
    call.patiently().done().await
}
