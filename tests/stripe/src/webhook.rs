//! What the bank tells unasked, and what others would like to have said in its name.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use aws_lc_rs::hmac;
use common::clock::Clock;
use e2e::Market;
use serde_json::{Value, json};
use testkit::Answer;

/// An event. Delivered again it is the same one.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Exactly what is sent.
    pub body: String,
}

impl Webhook {
    /// Something happened to this object, which looks like this now.
    pub fn new(kind: &str, object: &Value) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let event = json!({
            "id": format!("evt_test{number:020}"),
            "object": "event",
            "api_version": "2025-03-31.basil",
            "created": Clock::System.now().as_second(),
            "type": kind,
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
        });
        Self { body: event.to_string() }
    }

    /// The signature somebody with this secret would have given it so long ago.
    pub fn signed(&self, secret: &str, ago: Duration) -> String {
        let ago = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
        signature(secret, Clock::System.now().as_second() - ago, &self.body)
    }

    /// Delivers it to the market's door with this signature.
    pub async fn deliver(&self, market: &Market, signature: Option<&str>) -> Answer {
        let bank = market.stranger();
        let mut request = bank.request("POST", "/api/payments/webhook");
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        bank.send(request.header("content-type", "application/json").body(self.body.clone())).await
    }
}

/// `Stripe-Signature` of a body sent at this second.
pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{at}.{body}").as_bytes());
    let mut text = format!("t={at},v1=");
    for byte in tag.as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_stripes() {
        assert_eq!(
            signature("whsec_test", 1_492_774_577, r#"{"id":"evt_1"}"#),
            "t=1492774577,v1=7656fc2882a7ca0a651666b36bf2f2f22ee204f54f608f227498a2419f2890b2"
        );
    }
}
