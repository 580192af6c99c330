//! What Stripe tells by itself. <https://docs.stripe.com/webhooks>
//!
//! A webhook is believed only if it is signed, and even then only that something happened: how a payment stands is
//! read from the API, so that events may come late, twice and in any order. What the API of a payment does not tell,
//! disputes, is taken from the event.

use aws_lc_rs::hmac;
use common::money::Minor;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::domain::Dispute;

/// How old or how far ahead of our clock an event's signature may be.
const TOLERANCE_SECONDS: u64 = 300;

/// Something that happened at Stripe.
#[derive(Debug)]
pub(crate) struct Notice {
    /// The event's id, the same however often it is sent.
    pub(crate) id: String,
    /// Its type.
    pub(crate) kind: String,
    /// What it is about.
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The payment with this name at the gateway changed.
    PaymentChanged(String),
    /// A buyer's bank did something about the payment with this name.
    Disputed(String, Dispute),
    /// Nothing that concerns this service.
    Other,
}

/// Why an event is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WebhookError {
    /// It is not signed as Stripe signs.
    #[error("the Stripe-Signature header is missing or malformed")]
    Unsigned,
    /// Somebody else signed it, or it was changed since.
    #[error("the signature does not match")]
    Forged,
    /// It was signed too long ago, or is from the future.
    #[error("the signature's timestamp is more than {TOLERANCE_SECONDS} seconds off")]
    Stale,
    /// It is no event.
    #[error("the body is not an event")]
    Unreadable,
}

/// Reads webhooks.
#[derive(Debug)]
pub(crate) struct Webhooks {
    keys: Vec<hmac::Key>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payment_intent: Option<String>,
    #[serde(default)]
    amount: Option<Minor>,
}

impl Webhooks {
    /// Webhooks that are signed with one of these secrets.
    pub(crate) fn new(secrets: &[SecretString]) -> Self {
        let key =
            |secret: &SecretString| hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        Self { keys: secrets.iter().map(key).collect() }
    }

    /// Reads an event, if it is genuine. `body` is what came, to the byte.
    pub(crate) fn read(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<Notice, WebhookError> {
        self.verify(signature, body, now)?;
        let event: Event = serde_json::from_slice(body).map_err(|_| WebhookError::Unreadable)?;
        let what = what(&event.kind, event.data.object);
        Ok(Notice { id: event.id, kind: event.kind, what })
    }

    fn verify(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<(), WebhookError> {
        let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
        let time = parts().find(|(name, _)| *name == "t").map(|(_, value)| value);
        let time = time.ok_or(WebhookError::Unsigned)?;
        let signed_at: i64 = time.parse().map_err(|_| WebhookError::Unsigned)?;
        let message = [time.as_bytes(), b".", body].concat();
        let mut signatures =
            parts().filter(|(name, _)| *name == "v1").filter_map(|(_, value)| bytes(value)).peekable();
        if signatures.peek().is_none() {
            return Err(WebhookError::Unsigned);
        }
        // Compared in constant time.
        let genuine = |tag: Vec<u8>| self.keys.iter().any(|key| hmac::verify(key, &message, &tag).is_ok());
        if !signatures.any(genuine) {
            return Err(WebhookError::Forged);
        }
        // After the signature: only who can sign is told about the time.
        if now.as_second().abs_diff(signed_at) > TOLERANCE_SECONDS {
            Err(WebhookError::Stale)
        } else {
            Ok(())
        }
    }
}

fn what(kind: &str, object: Object) -> What {
    let dispute = |object: Object, withdrawn, reinstated| {
        let (Some(id), Some(intent), Some(amount)) = (object.id, object.payment_intent, object.amount) else {
            return What::Other;
        };
        What::Disputed(intent, Dispute { id, amount, withdrawn, reinstated })
    };
    match kind {
        "payment_intent.succeeded"
        | "payment_intent.amount_capturable_updated"
        | "payment_intent.payment_failed"
        | "payment_intent.requires_action"
        | "payment_intent.processing"
        | "payment_intent.canceled" => object.id.map_or(What::Other, What::PaymentChanged),
        "charge.refunded"
        | "charge.refund.updated"
        | "refund.created"
        | "refund.updated"
        | "refund.failed" => object.payment_intent.map_or(What::Other, What::PaymentChanged),
        "charge.dispute.created" => dispute(object, false, false),
        "charge.dispute.funds_withdrawn" => dispute(object, true, false),
        "charge.dispute.funds_reinstated" => dispute(object, false, true),
        _ => What::Other,
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "whsec_test";
    const NOW: i64 = 1_800_000_000;

    fn sign(secret: &str, time: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{time}.{body}").as_bytes());
        tag.as_ref().iter().fold(format!("t={time},v1="), |text, byte| format!("{text}{byte:02x}"))
    }

    fn read(signature: &str, body: &str) -> Result<Notice, WebhookError> {
        let webhooks = Webhooks::new(&[SecretString::from("whsec_old"), SecretString::from(SECRET)]);
        webhooks.read(signature, body.as_bytes(), Timestamp::from_second(NOW).unwrap())
    }

    fn event(kind: &str, object: serde_json::Value) -> String {
        json!({ "id": "evt_1", "type": kind, "data": { "object": object } }).to_string()
    }

    #[test]
    fn a_signed_event_is_read_and_any_other_refused() {
        let body = event("payment_intent.succeeded", json!({ "id": "pi_1", "object": "payment_intent" }));
        for secret in [SECRET, "whsec_old"] {
            let notice = read(&sign(secret, NOW, &body), &body).unwrap();
            assert_eq!((notice.id.as_str(), notice.what), ("evt_1", What::PaymentChanged("pi_1".to_owned())));
        }
        let good = sign(SECRET, NOW, &body);
        let both = format!("{},{}", good.replace("v1=", "v1=00"), good.split_once(',').unwrap().1);
        assert!(read(&both, &body).is_ok(), "one good signature among several is enough");
        for (signature, error) in [
            (sign("whsec_other", NOW, &body), WebhookError::Forged),
            (good.replace(&NOW.to_string(), &(NOW + 1).to_string()), WebhookError::Forged),
            (good.replace("v1=", "v0="), WebhookError::Unsigned),
            (good.replace("t=", "s="), WebhookError::Unsigned),
            (format!("t={NOW},v1=zz"), WebhookError::Unsigned),
            (String::new(), WebhookError::Unsigned),
            (sign(SECRET, NOW - 301, &body), WebhookError::Stale),
            (sign(SECRET, NOW + 301, &body), WebhookError::Stale),
        ] {
            assert_eq!(read(&signature, &body).unwrap_err(), error, "{signature}");
        }
        assert!(read(&sign(SECRET, NOW - 300, &body), &body).is_ok());
        assert_eq!(read(&good, &body.replace("pi_1", "pi_2")).unwrap_err(), WebhookError::Forged);
        assert_eq!(read(&sign(SECRET, NOW, "[]"), "[]").unwrap_err(), WebhookError::Unreadable);
    }

    #[test]
    fn every_type_tells_which_payment_it_is_about() {
        let about = |kind, object| {
            let body = event(kind, object);
            read(&sign(SECRET, NOW, &body), &body).unwrap().what
        };
        let changed = What::PaymentChanged("pi_1".to_owned());
        assert_eq!(about("payment_intent.canceled", json!({ "id": "pi_1" })), changed);
        assert_eq!(about("charge.refunded", json!({ "id": "ch_1", "payment_intent": "pi_1" })), changed);
        let dispute = json!({ "id": "dp_1", "payment_intent": "pi_1", "amount": 700 });
        for (kind, withdrawn, reinstated) in [
            ("charge.dispute.created", false, false),
            ("charge.dispute.funds_withdrawn", true, false),
            ("charge.dispute.funds_reinstated", false, true),
        ] {
            let amount = Minor::new(700).unwrap();
            let expected = Dispute { id: "dp_1".to_owned(), amount, withdrawn, reinstated };
            assert_eq!(about(kind, dispute.clone()), What::Disputed("pi_1".to_owned(), expected), "{kind}");
        }
        assert_eq!(about("customer.created", json!({ "id": "cus_1" })), What::Other);
        assert_eq!(about("charge.refunded", json!({ "id": "ch_1" })), What::Other);
    }
}
