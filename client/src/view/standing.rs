//! Whether a listing can be reserved, and if not, why.

use common::api::{TicketStatus, TicketView};
use islands::t;
use jiff::Timestamp;

/// One or two words for a label.
pub(crate) fn label(status: TicketStatus) -> String {
    match status {
        TicketStatus::Available => t!("standing-available"),
        TicketStatus::Reserved => t!("standing-reserved"),
        TicketStatus::Sold => t!("standing-sold"),
        TicketStatus::Withdrawn => t!("standing-withdrawn"),
    }
}

/// Whether the event has begun, so that nothing of it is sold any more, whatever its status says.
pub(crate) fn has_begun(ticket: &TicketView, now: Timestamp) -> bool {
    ticket.starts_at.is_some_and(|starts_at| starts_at <= now)
}

/// The most units a form offers: what is there, and no more than one buyer may usually hold. Of a listing with nothing
/// left what there would be if all came back.
pub(crate) fn most(ticket: &TicketView) -> u32 {
    const ONE_BUYER: u32 = 10;
    let units = if ticket.available == 0 { ticket.quantity } else { ticket.available };
    units.clamp(1, ONE_BUYER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(status: &str, available: u32) -> TicketView {
        let json = format!(
            r#"{{"id":"6b49d2000102030405060708","title":"Hamlet","price":20,"currency":"usd","quantity":40,
            "startsAt":"2027-06-30T20:00:00Z","available":{available},"status":"{status}",
            "userId":"6b49d1ff1112131415161718","version":3}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn nothing_is_sold_of_what_has_begun() {
        let available = ticket("available", 2);
        assert!(!has_begun(&available, "2027-06-30T19:59:59Z".parse().unwrap()));
        assert!(has_begun(&available, "2027-06-30T20:00:00Z".parse().unwrap()));
        assert!(!has_begun(&TicketView { starts_at: None, ..available }, Timestamp::MAX));
    }

    #[test]
    fn a_form_offers_what_there_is_and_no_more_than_ten() {
        for (available, most_offered) in [(0, 10), (1, 1), (9, 9), (10, 10), (40, 10)] {
            assert_eq!(most(&ticket("available", available)), most_offered);
        }
    }
}
