//! How the buyer wants to pay, as the gateway names it.

use std::fmt;

use common::field::{FromJson, string};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::ObjectBuilder, schema::Type},
};

/// The longest name of a payment method.
const MAX_BYTES: usize = 255;

/// A gateway's name for a card, such as `tok_visa` or `pm_card_visa`. Whether the gateway knows it, only the
/// gateway can say.
///
/// It stands for somebody's card, so it is not stored and not shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PaymentMethod(String);

impl PaymentMethod {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentMethod {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PaymentMethod(…)")
    }
}

impl std::str::FromStr for PaymentMethod {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Self::MISSING.to_owned());
        }
        let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !word || text.len() > MAX_BYTES {
            return Err("Token must be the name of a payment method".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromJson for PaymentMethod {
    const MISSING: &'static str = "Token must be provided";

    fn from_json(raw: &str) -> Result<Self, String> {
        string(raw).map_err(|rule| format!("Token {rule}"))?.parse()
    }
}

impl PartialSchema for PaymentMethod {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]+$"))
            .max_length(Some(MAX_BYTES))
            .into()
    }
}

impl ToSchema for PaymentMethod {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_one_word_of_sane_length() {
        assert_eq!(PaymentMethod::from_json("\"tok_visa\"").unwrap().as_str(), "tok_visa");
        assert_eq!(PaymentMethod::from_json("\" \"").unwrap_err(), "Token must be provided");
        assert_eq!(PaymentMethod::from_json("7").unwrap_err(), "Token must be a text");
        for bad in ["\"tok visa\"".to_owned(), "\"{$ne:1}\"".to_owned(), format!("\"{}\"", "x".repeat(256))] {
            assert_eq!(
                PaymentMethod::from_json(&bad).unwrap_err(),
                "Token must be the name of a payment method"
            );
        }
    }

    #[test]
    fn a_method_never_reaches_a_log() {
        assert!(!format!("{:?}", "tok_visa".parse::<PaymentMethod>()).contains("visa"));
    }
}
