//! What is left to give back of a sale.

use common::{
    api::SaleView,
    money::{Major, Minor},
};

/// The money that can still be given back.
pub(crate) fn left(sale: &SaleView) -> Major {
    // More cannot have gone back than was paid.
    Major(sale.amount.0.checked_sub(sale.refunded.0).unwrap_or_default())
}

/// The units that can still go back on sale.
pub(crate) fn units_left(sale: &SaleView) -> u32 {
    sale.quantity.saturating_sub(sale.returned)
}

/// Whether there is anything left to give back.
pub(crate) fn is_refundable(sale: &SaleView) -> bool {
    left(sale).0 > Minor::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_never_less_than_nothing() {
        let json = r#"{"paymentId":"6b49d20001020304050607e1","orderId":"6b49d20001020304050607d1",
            "ticketId":"6b49d20001020304050607c1","quantity":3,"returned":1,"amount":60,"fee":6,"refunded":19.99,
            "currency":"usd","at":"2027-01-01T00:00:00Z","dueAt":"2027-02-01T00:00:00Z"}"#;
        let sale: SaleView = serde_json::from_str(json).unwrap();
        assert_eq!((left(&sale).0.get(), units_left(&sale), is_refundable(&sale)), (4001, 2, true));
        let over = SaleView { refunded: sale.amount, returned: 4, ..sale };
        assert_eq!((left(&over).0.get(), units_left(&over), is_refundable(&over)), (0, 0, false));
    }
}
