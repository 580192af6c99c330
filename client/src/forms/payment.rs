//! Paying: which card.

use common::field::FieldError;
use serde::Deserialize;

use crate::view::cards;

/// The form as sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PayForm {
    pub(crate) card: String,
}

impl PayForm {
    /// The card's token, or what is wrong.
    pub(crate) fn check(&self) -> Result<&str, Vec<FieldError>> {
        if cards::ALL.iter().any(|card| card.token == self.card) {
            return Ok(&self.card);
        }
        Err(vec![FieldError { field: "card".to_owned(), message: "Choose a card".to_owned() }])
    }
}
