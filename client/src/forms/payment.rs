//! Paying: which card.

use common::field::FieldError;
use serde::Deserialize;

use crate::view::cards;

/// The longest name of a payment method.
const LONGEST_BYTES: usize = 255;

/// The form as sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PayForm {
    /// One of the sandbox's cards.
    pub(crate) card: String,
    /// What the card form of the payment provider made of a card.
    pub(crate) payment_method: String,
}

/// What a buyer pays with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    /// One of the sandbox's cards.
    Sandbox,
    /// A card typed into the payment provider's form.
    Provider,
}

impl PayForm {
    /// The card's name, or what is wrong.
    pub(crate) fn check(&self, means: Means) -> Result<&str, Vec<FieldError>> {
        let (field, sent, good, rule) = match means {
            Means::Sandbox => {
                let known = cards::ALL.iter().any(|card| card.token == self.card);
                ("card", &self.card, known, "Choose a card")
            }
            Means::Provider => (
                "paymentMethod",
                &self.payment_method,
                is_method(&self.payment_method),
                "Fill in the card form",
            ),
        };
        if good {
            return Ok(sent);
        }
        Err(vec![FieldError { field: field.to_owned(), message: rule.to_owned() }])
    }
}

/// `pm_…`, as the provider names payment methods.
fn is_method(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.len() <= LONGEST_BYTES && word && text.strip_prefix("pm_").is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_means_takes_its_own_cards_only() {
        let form = |card: &str, method: &str| PayForm { card: card.into(), payment_method: method.into() };
        let sandbox = form("tok_visa", "pm_card_visa");
        assert_eq!(sandbox.check(Means::Sandbox), Ok("tok_visa"));
        assert_eq!(sandbox.check(Means::Provider), Ok("pm_card_visa"));
        assert_eq!(form("", "pm_1NcLmN").check(Means::Sandbox).unwrap_err()[0].field, "card");
        for method in ["", "pm_", "tok_visa", "pm_a b", "pm_\"", &format!("pm_{}", "x".repeat(300))] {
            let errors = form("tok_visa", method).check(Means::Provider).unwrap_err();
            assert_eq!(errors[0].field, "paymentMethod", "{method}");
        }
    }
}
