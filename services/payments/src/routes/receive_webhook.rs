//! `POST /api/payments/webhook`: the gateway tells what happened there.

use axum::{body::Bytes, extract::State};
use common::{
    error::{ErrorCode, Problem},
    http::ApiError,
};
use http::{HeaderMap, StatusCode};
use messaging::WriteError;

use crate::{
    domain::{Dispute, Transition},
    error::Refusal,
    gateway::{Notice, WebhookError, What},
    settle::{SettleError, refresh},
    state::{AppState, Money},
};

/// How often a dispute is noted anew because the payment changed meanwhile.
const ATTEMPTS: u32 = 5;

/// Receives one of the gateway's events. Only with a gateway that sends any; otherwise this answers 404.
///
/// An event is acknowledged once what it asks for is done, so that it is sent again if that failed. It may come any
/// number of times, at any time and in any order.
#[utoipa::path(
    post, path = "/api/payments/webhook", tag = "payments",
    params(("Stripe-Signature" = String, Header)),
    request_body(content = String, content_type = "application/json", description = "The event, as it was signed"),
    responses(
        (status = 200, description = "Done, or nothing to do"),
        (status = 400, description = "Not signed, not genuine, too old, or no event", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent by a browser from another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The gateway sends no events", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not done now; to be sent again", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receive_webhook(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let money = &state.money;
    let webhooks = money.webhooks.as_ref().ok_or_else(ApiError::not_found)?;
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now = money.clock.now();
    let notice = match webhooks.read(signature, &body, now) {
        Ok(notice) => notice,
        Err(error) => {
            tracing::warn!(%error, "a webhook was refused");
            metrics::counter!("webhook_events_total", "outcome" => "refused").increment(1);
            return Err(refused(error));
        }
    };
    let outcome = if money.notices.is_handled(&notice.id).await? {
        "repeated"
    } else {
        let outcome = follow(money, &notice).await.map_err(Refusal::from)?;
        money.notices.handled(&notice.id, &notice.kind, now).await?;
        outcome
    };
    tracing::debug!(event = %notice.id, kind = %notice.kind, outcome, "webhook");
    metrics::counter!("webhook_events_total", "outcome" => outcome).increment(1);
    Ok(StatusCode::OK)
}

/// Does what the event asks for. Says what it came to.
async fn follow(money: &Money, notice: &Notice) -> Result<&'static str, SettleError> {
    let (What::PaymentChanged(gateway_ref) | What::Disputed(gateway_ref, _)) = &notice.what else {
        return Ok("not_followed");
    };
    // Another system may use the same account.
    let Some(payment) = money.payments.by_gateway_ref(gateway_ref).await? else { return Ok("not_ours") };
    let followed = match &notice.what {
        What::Disputed(_, dispute) => disputed(money, gateway_ref, dispute).await,
        What::PaymentChanged(_) | What::Other => refresh(money, payment).await.map(drop),
    };
    match followed {
        Ok(()) => Ok("done"),
        // Sent again it would be the same: somebody has to look.
        Err(SettleError::Illegal(error)) => {
            metrics::counter!("payments_contradicted_total").increment(1);
            tracing::error!(event = %notice.id, kind = %notice.kind, %error, "the gateway contradicts our record");
            Ok("contradicted")
        }
        Err(error) => Err(error),
    }
}

async fn disputed(money: &Money, gateway_ref: &str, dispute: &Dispute) -> Result<(), SettleError> {
    metrics::counter!("payments_disputed_total").increment(1);
    for _ in 0..ATTEMPTS {
        let Some(payment) = money.payments.by_gateway_ref(gateway_ref).await? else { return Ok(()) };
        tracing::warn!(payment = %payment.id(), dispute = %dispute.id, "a payment is disputed");
        let Transition::Changed(payment) = payment.dispute(dispute, money.clock.now())? else {
            return Ok(());
        };
        match money.payments.record(&payment).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SettleError::Restless)
}

fn refused(error: WebhookError) -> ApiError {
    let rule = match error {
        WebhookError::Unreadable => {
            return ApiError::new(ErrorCode::MalformedBody, "The body is not an event");
        }
        WebhookError::Unsigned => "Stripe-Signature must have a time and a signature",
        WebhookError::Forged => "Stripe-Signature does not match the body",
        WebhookError::Stale => "Stripe-Signature must be at most 300 seconds old",
    };
    ApiError::on_field(ErrorCode::InvalidInput, "Stripe-Signature", rule)
}
