//! What a seller's listings have come to.

use common::{
    api::{OwnTicketView, TicketStatus},
    money::{Major, Minor},
};

use super::money;

/// Several listings together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Listings of which something can be bought or is reserved.
    pub(crate) on_sale: usize,
    /// Units sold.
    pub(crate) sold: u64,
    /// By currency: the market has one, but may have had another.
    takings: Vec<(String, Minor)>,
}

impl Summary {
    /// Adds them up.
    pub(crate) fn of(listings: &[OwnTicketView]) -> Self {
        let mut summary = Self::default();
        for OwnTicketView { ticket, sales } in listings {
            let open = matches!(ticket.status, TicketStatus::Available | TicketStatus::Reserved);
            summary.on_sale += usize::from(open);
            summary.sold += u64::from(sales.sold);
            summary.take(&ticket.currency, sales.takings.0);
        }
        // Nothing taken in a currency is only worth a word where nothing was taken at all.
        if summary.takings.iter().any(|(_, sum)| *sum > Minor::default()) {
            summary.takings.retain(|(_, sum)| *sum > Minor::default());
        } else {
            summary.takings.truncate(1);
        }
        summary
    }

    fn take(&mut self, currency: &str, amount: Minor) {
        match self.takings.iter_mut().find(|(known, _)| known == currency) {
            // No market takes more than a sum can hold; were it so, the sum would rather stand still than be wrong.
            Some((_, sum)) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => self.takings.push((currency.to_owned(), amount)),
        }
    }

    /// What was taken, as the reader writes amounts.
    pub(crate) fn takings(&self) -> String {
        let amounts = self.takings.iter().map(|(currency, sum)| money::amount(Major(*sum), currency));
        amounts.collect::<Vec<_>>().join(" + ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listing(status: &str, sold: u32, takings: f64, currency: &str) -> OwnTicketView {
        let json = json!({
            "id": "6b49d2000102030405060708", "title": "Hamlet", "price": 19.99, "currency": currency,
            "quantity": 9, "available": 2, "status": status, "userId": "6b49d1ff1112131415161718",
            "version": 3, "held": 1, "sold": sold, "takings": takings,
        });
        serde_json::from_str(&json.to_string()).unwrap()
    }

    #[test]
    fn listings_are_added_up_exactly() {
        let listings = [
            listing("available", 3, 59.97, "usd"),
            listing("sold", 1, 0.1, "usd"),
            listing("withdrawn", 2, 0.2, "usd"),
            listing("reserved", 0, 0.0, "usd"),
        ];
        let summary = Summary::of(&listings);
        assert_eq!((summary.on_sale, summary.sold), (2, 6));
        assert_eq!(summary.takings(), "$60.27");
    }

    #[test]
    fn currencies_are_never_added_to_each_other() {
        let listings = [
            listing("sold", 1, 5.0, "usd"),
            listing("sold", 1, 7.0, "eur"),
            listing("available", 0, 0.0, "gbp"),
        ];
        assert_eq!(Summary::of(&listings).takings(), "$5.00 + €7.00");
        let nothing = [listing("available", 0, 0.0, "eur"), listing("available", 0, 0.0, "usd")];
        assert_eq!(Summary::of(&nothing).takings(), "€0.00");
    }
}
