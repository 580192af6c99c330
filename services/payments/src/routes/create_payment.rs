//! `POST /api/payments`: pay for an order.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};
use common::{
    api::{PaymentStatus, PaymentView},
    error::Problem,
    field::{Field, FieldError, Fields, FromJson},
    http::{ApiError, JsonBody},
    id::{Id, OrderId, PaymentId},
    session::SignedIn,
};
use messaging::WriteError;
use runtime::entropy;
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

use super::answer::{Answer, answer};
use crate::{
    domain::{
        Attempt, Finding, NextAttempt, Order, Payment, PaymentMethod, Transition, after_answer, next_attempt,
    },
    error::Refusal,
    gateway::{Charge, Gateway, GatewayError, UNREACHABLE},
    settle::{SettleError, give_up, record, settle},
    state::{AppState, Money},
};

/// How often an attempt is begun anew when somebody else was faster and has already failed.
const ATTEMPTS: u32 = 5;
/// How long a repeated request waits for the first one's outcome, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(3);
const STEP: Duration = Duration::from_millis(100);

/// What is to be paid, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatePayment {
    #[serde(default)]
    #[schema(value_type = OrderId)]
    order_id: Field<OrderId>,
    /// A card token; either this or `paymentMethodId`.
    #[serde(default)]
    #[schema(value_type = Option<PaymentMethod>)]
    token: Field<PaymentMethod>,
    /// The same under its newer name.
    #[serde(default)]
    #[schema(value_type = Option<PaymentMethod>)]
    payment_method_id: Field<PaymentMethod>,
}

/// A request that broke no rule.
#[derive(Debug)]
struct Wanted {
    order: OrderId,
    method: PaymentMethod,
    /// The field the method was given in.
    field: &'static str,
}

impl CreatePayment {
    fn parse(self) -> Result<Wanted, Vec<FieldError>> {
        let mut fields = Fields::default();
        let order = fields.required("orderId", self.order_id);
        let token = fields.optional("token", self.token.clone()).map(|method| (method, "token"));
        let id = fields.optional("paymentMethodId", self.payment_method_id.clone());
        let id = id.map(|method| (method, "paymentMethodId"));
        let method = match (&self.token, &self.payment_method_id) {
            (Field::Missing, Field::Missing) => {
                fields.reject("token", PaymentMethod::MISSING);
                None
            }
            (_, Field::Missing) => token,
            (Field::Missing, _) => id,
            _ => {
                fields.reject("paymentMethodId", "Give either a token or a paymentMethodId");
                None
            }
        };
        let wanted = order.zip(method).map(|(order, (method, field))| Wanted { order, method, field });
        fields.finish(wanted)
    }
}

/// Sets the money for an order aside. It is taken as soon as the order is confirmed.
///
/// An order has one payment under way at most: asked again meanwhile, the answer is that same payment. Only one that
/// waits for the buyer's confirmation is given up for the new one.
#[utoipa::path(
    post, path = "/api/payments", tag = "payments", request_body = CreatePayment,
    responses(
        (status = 201, description = "The money is set aside", body = PaymentView),
        (status = 202, description = "The bank wants the buyer to confirm (`requires_action`), or has not answered yet (`processing`)", body = PaymentView),
        (status = 400, description = "Bad fields; a payment method the gateway does not know", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 402, description = "Declined, with the gateway's reason; the order can still be paid", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent by another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such order of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The order is cancelled, expired or already paid", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The order was tried to be paid too often; see Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_payment(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    JsonBody(body): JsonBody<CreatePayment>,
) -> Answer {
    let wanted = body.parse().map_err(ApiError::invalid)?;
    // While the gateway does not answer, a payment would only be begun to fail.
    state.money.gateway.admits().map_err(|error| Refusal::from(SettleError::Gateway(error)))?;
    let (order, latest) = tokio::try_join!(
        state.money.orders.get_or_await(wanted.order, state.money.clock.now()),
        state.money.payments.latest_for(wanted.order),
    )?;
    let order = order.filter(|order| order.buyer() == claims.sub).ok_or(Refusal::UnknownOrder)?;
    let payment = match begin(&state.money, &order, latest, &wanted).await? {
        Begun::Now(payment) => attempt(&state.money, payment, &wanted).await?,
        Begun::Before(payment) => outcome_of(&state.money, payment).await?,
    };
    answer(&state, &payment, StatusCode::CREATED).await
}

enum Begun {
    /// By this request.
    Now(Payment),
    /// By another one.
    Before(Payment),
}

/// Makes the attempt after the latest, or finds the one that is under way. The gateway has named it and decided
/// nothing.
async fn begin(
    state: &Money,
    order: &Order,
    mut latest: Option<Payment>,
    wanted: &Wanted,
) -> Result<Begun, Refusal> {
    for _ in 0..ATTEMPTS {
        let now = state.clock.now();
        match next_attempt(order, latest, now)? {
            NextAttempt::Begin(number) => {
                let id = PaymentId::generate(now, entropy());
                let attempt = Attempt { id, number, gateway: state.gateway.name(), fee_rate: state.fee_rate };
                let opened = open(state, Payment::begin(attempt, order, now), wanted).await?;
                match state.payments.insert(&opened.payment).await {
                    Ok(()) => return opened.refusal.map_or(Ok(Begun::Now(opened.payment)), Err),
                    // Somebody else made this attempt a moment ago: the gateway is never asked to decide about ours.
                    Err(WriteError::Duplicate(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            NextAttempt::UnderWay(payment) => return Ok(Begun::Before(payment)),
            NextAttempt::Replace(payment) => give_up(state, payment).await?,
            NextAttempt::Wait(wait) => return Err(Refusal::TooManyAttempts(wait)),
        }
        latest = state.payments.latest_for(order.id()).await?;
    }
    Err(Refusal::Contended)
}

/// A payment that is to be recorded: named, or failed, perhaps with another answer than that it was declined.
struct Opened {
    payment: Payment,
    refusal: Option<Refusal>,
}

/// Has the gateway name a payment. Whatever goes wrong, no money has moved: so it has failed, and another can be begun
/// at once.
async fn open(state: &Money, payment: Payment, wanted: &Wanted) -> Result<Opened, Refusal> {
    let asked = state.gateway.open(&Charge::from(&payment), &wanted.method).await;
    runtime::fault_point("payments.after_open");
    let now = state.clock.now();
    let (changed, refusal) = match asked {
        Ok(gateway_ref) => (payment.open(gateway_ref, now)?, None),
        Err(GatewayError::Declined { reason } | GatewayError::Final { reason }) => {
            (payment.fail(reason, now)?, None)
        }
        Err(error @ GatewayError::UnknownMethod) => {
            (payment.fail(error.to_string(), now)?, Some(Refusal::UnknownMethod(wanted.field)))
        }
        Err(error @ (GatewayError::Unavailable(_) | GatewayError::NotAsked { .. })) => {
            (payment.fail(UNREACHABLE, now)?, Some(SettleError::Gateway(error).into()))
        }
    };
    let (Transition::Changed(payment) | Transition::AlreadyThere(payment)) = changed;
    Ok(Opened { payment, refusal })
}

/// Asks the gateway to decide, and records what it says.
async fn attempt(state: &Money, payment: Payment, wanted: &Wanted) -> Result<Payment, Refusal> {
    if payment.status() != PaymentStatus::Processing {
        return Ok(payment);
    }
    runtime::fault_point("payments.before_authorise");
    let asked = state.gateway.authorise(&Charge::from(&payment), &wanted.method).await;
    runtime::fault_point("payments.after_authorise");
    if let Err(error @ GatewayError::Unavailable(_)) = &asked {
        tracing::warn!(payment = %payment.id(), %error, "no answer; left to the reconciler");
    }
    let unasked = match &asked {
        Err(GatewayError::NotAsked { retry_after }) => Some(*retry_after),
        _ => None,
    };
    let finding = after_answer(payment.clone(), asked.into(), state.clock.now())?;
    let Finding::Changed(changed) = finding else { return Ok(payment) };
    let recorded = record(state, changed).await?;
    // Another can be begun, but not yet: the card was not declined.
    if let Some(retry_after) = unasked {
        return Err(SettleError::Gateway(GatewayError::NotAsked { retry_after }).into());
    }
    // The order may have been cancelled while the bank was thinking: then the money goes back at once.
    match settle(state, recorded.clone()).await {
        Err(SettleError::Gateway(error)) => {
            let error = runtime::Failure::from_error(error);
            tracing::warn!(payment = %recorded.id(), %error, "left to the reconciler");
            Ok(recorded)
        }
        settled => Ok(settled?),
    }
}

/// The payment another request began, once its gateway has answered or patience is over.
async fn outcome_of(state: &Money, mut payment: Payment) -> Result<Payment, Refusal> {
    let deadline = Instant::now() + PATIENCE;
    while payment.status() == PaymentStatus::Processing && Instant::now() < deadline {
        sleep(STEP).await;
        payment = state.payments.get(payment.id()).await?.ok_or(Refusal::UnknownPayment)?;
    }
    Ok(payment)
}
