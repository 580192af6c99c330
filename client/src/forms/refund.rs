//! Giving money back: how much, how many units go back on sale, and why.

use common::{
    api::SaleView,
    field::{Field, FieldError, Fields},
    money::{Major, Minor},
    text::RefundReason,
};
use islands::rules::{self, Relisted};
use serde::{Deserialize, Serialize};

use super::key::{fresh_key, kept_key};
use crate::view::sold;

/// The form as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RefundForm {
    pub(crate) amount: String,
    pub(crate) relist_units: String,
    pub(crate) reason: String,
    /// The page's own mark, so that a form sent twice gives back once.
    key: String,
}

/// A refund that keeps the rules of its single fields, ready to be sent.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundDraft {
    amount: Major,
    relist_units: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<RefundReason>,
}

impl RefundForm {
    /// Filled in with all that is left of a sale.
    pub(crate) fn of(sale: &SaleView) -> Self {
        let left = sold::left(sale).0;
        Self {
            amount: if left == Minor::default() { String::new() } else { left.to_string() },
            relist_units: "0".to_owned(),
            reason: String::new(),
            key: fresh_key(),
        }
    }

    /// The key, if it is one of ours; else a new one.
    pub(crate) fn key(&self) -> String {
        kept_key(&self.key)
    }

    /// The same form with another key.
    pub(crate) fn with_key(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// What is sent, or all that is wrong.
    pub(crate) fn check(&self) -> Result<RefundDraft, Vec<FieldError>> {
        let mut fields = Fields::default();
        let amount = fields.required("amount", rules::amount(&self.amount));
        let units = match rules::relisted(&self.relist_units) {
            Field::Missing => Some(Relisted::NONE),
            field => fields.required("relistUnits", field),
        };
        let reason = fields.optional("reason", rules::reason(&self.reason));
        let draft = amount.zip(units).map(|(amount, units)| RefundDraft {
            amount: Major(amount.minor()),
            relist_units: units.get(),
            reason,
        });
        fields.finish(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(amount: &str, units: &str, reason: &str) -> RefundForm {
        RefundForm {
            amount: amount.to_owned(),
            relist_units: units.to_owned(),
            reason: reason.to_owned(),
            key: String::new(),
        }
    }

    fn sent(form: &RefundForm) -> String {
        serde_json::to_string(&form.check().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_sent_exactly_and_empty_fields_are_left_out() {
        assert_eq!(sent(&form("29,50", "", " ")), r#"{"amount":29.5,"relistUnits":0}"#);
        assert_eq!(
            sent(&form("0.01", "2", " The second act\r\nwas cut ")),
            r#"{"amount":0.01,"relistUnits":2,"reason":"The second act\nwas cut"}"#
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let errors = form("0", "-1", &"x".repeat(501)).check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["amount", "relistUnits", "reason"]);
        assert_eq!(form("", "0", "").check().unwrap_err()[0].message, "Amount must be greater than 0");
    }
}
