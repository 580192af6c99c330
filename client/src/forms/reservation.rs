//! Reserving: how many, at the price seen.

use common::{
    field::{Field, FieldError, Fields},
    money::{Major, Price},
    text::Quantity,
};
use serde::Deserialize;

use super::key::{fresh_key, kept_key};

/// The form as sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ReserveForm {
    pub(crate) quantity: String,
    /// The price of one unit as the page showed it.
    price: String,
    /// The page's own mark, so that a form sent twice reserves once.
    key: String,
}

impl Default for ReserveForm {
    fn default() -> Self {
        Self { quantity: "1".to_owned(), price: String::new(), key: fresh_key() }
    }
}

impl ReserveForm {
    /// The key, if it is one of ours; else a new one.
    pub(crate) fn key(&self) -> String {
        kept_key(&self.key)
    }

    /// The same form with another key.
    pub(crate) fn with_key(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// How many, or what is wrong.
    pub(crate) fn check(&self) -> Result<Quantity, Vec<FieldError>> {
        let mut fields = Fields::default();
        let quantity =
            Field::from_form(&self.quantity, |text| text.parse::<Quantity>().map_err(str::to_owned));
        let quantity = fields.required("quantity", quantity);
        fields.finish(quantity)
    }

    /// What the buyer expects to pay: the price seen, times the quantity. `None` if the page did not say.
    pub(crate) fn expected_total(&self, quantity: Quantity) -> Option<Major> {
        self.price_seen().map(|price| Major(price.times(quantity.get())))
    }

    /// The price of one unit as the page showed it, if it says so.
    pub(crate) fn price_seen(&self) -> Option<Price> {
        Price::parse(&self.price).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(quantity: &str, price: &str, key: &str) -> ReserveForm {
        ReserveForm { quantity: quantity.into(), price: price.into(), key: key.into() }
    }

    #[test]
    fn the_expected_total_is_exact() {
        let form = form("3", "0.1", "");
        let quantity = form.check().unwrap();
        assert_eq!(form.expected_total(quantity).unwrap().0.get(), 30);
    }

    #[test]
    fn a_bad_quantity_is_refused_and_a_foreign_key_replaced() {
        for quantity in ["", "0", "-1", "1.5", "101", "two"] {
            let errors = form(quantity, "1", "").check().unwrap_err();
            assert_eq!(errors[0].message, "Quantity must be a whole number from 1 to 100", "{quantity}");
        }
        let key = fresh_key();
        assert_eq!(form("1", "1", &key).key(), key);
        assert_ne!(form("1", "1", "x\r\ny").key(), "x\r\ny");
        assert_eq!(form("1", "1", "").key().len(), 32);
    }
}
