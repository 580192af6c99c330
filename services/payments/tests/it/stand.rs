//! What stands in for Stripe, and keeps what it was asked.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use aws_lc_rs::hmac;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use testkit::Answer;

use crate::app::App;

pub(crate) const KEY: &str = "sk_test_hidden";
const SECRET: &str = "whsec_hidden";

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) what: String,
    pub(crate) form: String,
    pub(crate) headers: HeaderMap,
}

/// What stands in for Stripe: every card is good but one, and every intent is as far as the last request took it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stand {
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    status: Arc<Mutex<String>>,
    pub(crate) refunds: Arc<Mutex<Vec<Value>>>,
    /// What a refund is once it is made.
    pub(crate) refunds_become: Arc<Mutex<String>>,
    /// What everything is answered with, if it is not zero.
    pub(crate) failing: Arc<AtomicU16>,
}

impl Stand {
    pub(crate) async fn open() -> (Self, String) {
        let stand = Self::default();
        "succeeded".clone_into(&mut stand.refunds_become.lock());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(stand.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (stand, url)
    }

    pub(crate) fn asked(&self, what: &str) -> Vec<Asked> {
        self.asked.lock().iter().filter(|asked| asked.what.contains(what)).cloned().collect()
    }

    fn intent(&self) -> Value {
        json!({ "id": "pi_1", "object": "payment_intent", "status": *self.status.lock(),
                "client_secret": "pi_1_secret_2", "last_payment_error": null })
    }
}

async fn answer(
    State(stand): State<Stand>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = String::from_utf8(body.to_vec()).unwrap();
    stand.asked.lock().push(Asked { what: format!("{method} {uri}"), form: form.clone(), headers });
    if let Ok(status) = StatusCode::from_u16(stand.failing.load(Ordering::SeqCst)) {
        return status.into_response();
    }
    let become_status = |status: &str| status.clone_into(&mut stand.status.lock());
    let refused =
        |status: StatusCode, error: Value| (status, Json(json!({ "error": error }))).into_response();
    match (method.as_str(), uri.path().trim_start_matches("/v1/")) {
        ("POST", "payment_intents") if form.contains("unheard_of") => {
            return refused(
                StatusCode::BAD_REQUEST,
                json!({ "code": "resource_missing", "param": "payment_method" }),
            );
        }
        ("POST", "payment_intents") if form.contains("amount=1&") => {
            return refused(
                StatusCode::BAD_REQUEST,
                json!({ "code": "amount_too_small", "param": "amount", "message": "Too small." }),
            );
        }
        ("POST", "payment_intents") => become_status("requires_confirmation"),
        ("POST", "payment_intents/pi_1/confirm") => become_status("requires_capture"),
        ("POST", "payment_intents/pi_1/capture") => become_status("succeeded"),
        ("POST", "payment_intents/pi_1/cancel") => become_status("canceled"),
        ("GET", "payment_intents/pi_1") => {}
        ("GET", "refunds") => return Json(json!({ "data": *stand.refunds.lock() })).into_response(),
        ("POST", "refunds") => {
            let field = |name: &str| {
                let (_, rest) = form.split_once(&format!("{name}=")).unwrap();
                rest.split('&').next().unwrap().to_owned()
            };
            let mut refunds = stand.refunds.lock();
            let refund = json!({
                "id": format!("re_{}", refunds.len() + 1),
                "amount": field("amount").parse::<i64>().unwrap(),
                "status": *stand.refunds_become.lock(),
                "metadata": { "refund": field("metadata%5Brefund%5D") },
            });
            refunds.push(refund.clone());
            return Json(refund).into_response();
        }
        ("GET", "transfers") => return Json(json!({ "data": [] })).into_response(),
        ("POST", "transfers") if form.contains("acct_closed") => {
            return refused(StatusCode::BAD_REQUEST, json!({ "message": "The account is closed." }));
        }
        ("POST", "transfers") => return Json(json!({ "id": "tr_1" })).into_response(),
        (method, path) => panic!("{method} {path} is not asked of Stripe"),
    }
    Json(stand.intent()).into_response()
}

pub(crate) async fn app(base: &str) -> App {
    let variables = [
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_WEBHOOK_SECRET", SECRET),
        ("STRIPE_API_BASE", base),
        ("STRIPE_CONNECT", "true"),
        ("PLATFORM_FEE_BPS", "0"),
        ("PAYOUT_HOLD_SECONDS", "0"),
    ];
    App::started(1, &variables).await
}

pub(crate) async fn tell(app: &App, id: &str, kind: &str, object: Value) -> Answer {
    let body = json!({ "id": id, "type": kind, "data": { "object": object } }).to_string();
    let time = app.clock.now().as_second();
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        format!("{time}.{body}").as_bytes(),
    );
    let signature =
        tag.as_ref().iter().fold(format!("t={time},v1="), |text, byte| format!("{text}{byte:02x}"));
    send(app, &signature, body).await
}

pub(crate) async fn send(app: &App, signature: &str, body: String) -> Answer {
    let stranger = app.stranger();
    let request = stranger.request("POST", "/api/payments/webhook");
    let request = request.header("stripe-signature", signature).header("content-type", "application/json");
    stranger.send(request.body(body)).await
}
