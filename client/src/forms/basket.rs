//! The basket's form: how many of each listing, at the prices shown.

use common::{
    field::FieldError,
    id::TicketId,
    money::{Major, Minor, Price},
    text::Quantity,
};

use super::key::{fresh_key, kept_key};
use crate::basket::{Basket, Line};

/// The names of a line's fields begin with this, and end with the listing's id.
const QUANTITY: &str = "quantity-";
const PRICE: &str = "price-";
/// The name of the buttons that take a line out; which one, the button's value says.
pub(crate) const REMOVE: &str = "ticket";

/// The form as sent. Its fields are named after the listings in it, so it is read pair by pair.
#[derive(Debug, Clone)]
pub(crate) struct BasketForm {
    key: String,
    quantities: Vec<(TicketId, String)>,
    prices: Vec<(TicketId, String)>,
    removed: Option<TicketId>,
}

impl BasketForm {
    /// A form that was not sent yet.
    pub(crate) fn fresh() -> Self {
        Self { key: fresh_key(), quantities: Vec::new(), prices: Vec::new(), removed: None }
    }

    /// Reads what was sent. Fields that are none of ours are left out.
    pub(crate) fn read(pairs: Vec<(String, String)>) -> Self {
        let mut form = Self::fresh();
        for (name, value) in pairs {
            let id = |prefix| name.strip_prefix(prefix)?.parse().ok();
            if name == "key" {
                form.key = kept_key(&value);
            } else if name == REMOVE {
                form.removed = value.parse().ok();
            } else if let Some(id) = id(QUANTITY) {
                form.quantities.push((id, value));
            } else if let Some(id) = id(PRICE) {
                form.prices.push((id, value));
            }
        }
        form
    }

    /// The page's own mark, so that a form sent twice reserves once.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The line that is to be taken out, if that was the button.
    pub(crate) fn removed(&self) -> Option<TicketId> {
        self.removed
    }

    /// The lines that were sent, and what is wrong with the others.
    pub(crate) fn check(&self) -> (Basket, Vec<FieldError>) {
        let mut basket = Basket::default();
        let mut errors = Vec::new();
        for (ticket, quantity) in &self.quantities {
            let line = quantity.parse::<Quantity>().map_err(str::to_owned).and_then(|quantity| {
                let seen = Price::parse(self.price(*ticket))?;
                Ok(Line { ticket: *ticket, quantity, seen })
            });
            let put = line.and_then(|line| basket.put(line).map_err(|full| full.to_string()));
            if let Err(message) = put {
                errors.push(FieldError { field: quantity_field(*ticket), message });
            }
        }
        (basket, errors)
    }

    fn price(&self, ticket: TicketId) -> &str {
        self.prices.iter().find(|(id, _)| *id == ticket).map_or("", |(_, price)| price)
    }
}

/// What the lines cost at the prices seen; `None` if there is no such amount.
pub(crate) fn total(lines: &[Line]) -> Option<Major> {
    let sums = lines.iter().map(|line| line.seen.times(line.quantity.get()));
    sums.into_iter().try_fold(Minor::default(), Minor::checked_add).map(Major)
}

/// The name of the field for how many of a listing are wanted.
pub(crate) fn quantity_field(ticket: TicketId) -> String {
    format!("{QUANTITY}{ticket}")
}

/// The name of the field that holds the price shown.
pub(crate) fn price_field(ticket: TicketId) -> String {
    format!("{PRICE}{ticket}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAMLET: &str = "6b49d20001020304050607c1";
    const FAUST: &str = "6b49d20001020304050607c2";

    fn form(pairs: &[(&str, &str)]) -> BasketForm {
        BasketForm::read(
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        )
    }

    #[test]
    fn lines_are_read_in_their_order_and_summed_exactly() {
        let key = fresh_key();
        let form = form(&[
            ("key", &key),
            (&format!("quantity-{FAUST}"), "3"),
            (&format!("price-{FAUST}"), "0.1"),
            (&format!("price-{HAMLET}"), "49.50"),
            (&format!("quantity-{HAMLET}"), "2"),
            ("quantity-junk", "1"),
            ("other", "1"),
        ]);
        assert_eq!(form.key(), key);
        let (basket, wrong) = form.check();
        assert!(wrong.is_empty() && form.removed().is_none());
        let ids: Vec<_> = basket.lines().iter().map(|line| line.ticket.to_string()).collect();
        assert_eq!(ids, [FAUST, HAMLET]);
        assert_eq!(total(basket.lines()).unwrap().0.get(), 30 + 9900);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_line() {
        let name = format!("quantity-{HAMLET}");
        for (quantity, price) in [("0", "1"), ("", "1"), ("x", "1"), ("101", "1"), ("1", ""), ("1", "-5")] {
            let form = form(&[
                (&name, quantity),
                (&format!("price-{HAMLET}"), price),
                (&format!("quantity-{FAUST}"), "3"),
                (&format!("price-{FAUST}"), "20"),
            ]);
            let (basket, wrong) = form.check();
            assert_eq!(wrong[0].field, name, "{quantity} at {price}");
            assert_eq!(basket.units(), 3, "what is right stays");
        }
        assert_eq!(form(&[("key", "x\r\ny")]).key().len(), 32);
    }
}
