//! What the bank holds and has moved.

use serde_json::Value;

/// An attempt to pay, as the bank has it. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The bank's name for it.
    pub id: String,
    /// The order it was made for.
    pub order: String,
    /// Where it stands, in Stripe's words.
    pub status: String,
    /// What was taken from the buyer.
    pub captured: i64,
    /// What of that was given back.
    pub refunded: i64,
}

impl From<Value> for Intent {
    fn from(intent: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| value.as_i64().unwrap_or_default();
        // Taken by what was charged: localstripe captures a canceled intent too, and would call it canceled still.
        let charge = &intent["latest_charge"];
        let taken = charge["captured"] == true && charge["status"] == "succeeded";
        Self {
            id: text(&intent["id"]),
            order: text(&intent["metadata"]["order"]),
            status: text(&intent["status"]),
            captured: if taken { number(&charge["amount"]) } else { 0 },
            refunded: number(&charge["amount_refunded"]),
        }
    }
}

impl Intent {
    /// Whether the buyer's money is set aside.
    pub fn holds_money(&self) -> bool {
        self.status == "requires_capture"
    }

    /// Whether it holds nothing, and the buyer alone cannot change that: canceled, never confirmed or declined.
    pub fn is_dead(&self) -> bool {
        matches!(self.status.as_str(), "canceled" | "requires_confirmation" | "requires_payment_method")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_charge_that_succeeded_and_was_captured_has_taken_money() {
        let intent = |status: &str, captured: bool| {
            Intent::from(json!({
                "id": "pi_1", "status": "canceled", "metadata": { "order": "o" },
                "latest_charge":
                    { "amount": 500, "amount_refunded": 200, "status": status, "captured": captured },
            }))
        };
        assert_eq!(intent("succeeded", true).captured, 500);
        assert_eq!(intent("succeeded", true).refunded, 200);
        assert_eq!(intent("succeeded", false).captured, 0);
        assert_eq!(intent("failed", true).captured, 0);
        let new =
            Intent::from(json!({ "id": "pi_1", "status": "requires_confirmation", "latest_charge": null }));
        assert_eq!((new.captured, new.refunded, new.is_dead()), (0, 0, true));
    }
}
