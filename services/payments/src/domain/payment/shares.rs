//! What of a payment's lines goes back, and what is left of each.

use common::{api::RefundStatus, id::TicketId, money::Minor};

use super::{
    NotRefundable, Payment,
    money_back::{is_done, sum},
};
use crate::domain::{Refund, Share};

impl Payment {
    /// What has been or is being given back of one line: amount and units.
    pub(crate) fn spoken_for(&self, ticket: TicketId) -> (Minor, u32) {
        self.given_back(ticket, |refund| refund.status() != RefundStatus::Failed)
    }

    /// What has been given back of one line, by refunds that `counts` names: amount and units.
    pub(crate) fn given_back(&self, ticket: TicketId, counts: impl Fn(&Refund) -> bool) -> (Minor, u32) {
        let shares = self.refunds.iter().filter(|refund| counts(refund)).flat_map(Refund::shares);
        shares.filter(|share| share.ticket_id == ticket).fold(
            (Minor::default(), 0),
            |(amount, units), share| {
                // Cannot overflow: it is a part of the payment's amount.
                (amount.checked_add(share.amount).unwrap_or(amount), units.saturating_add(share.units))
            },
        )
    }

    /// What is left of the payment, line by line, once every refund under way is done.
    pub(crate) fn left(&self) -> Vec<Share> {
        self.left_after(|refund| refund.status() != RefundStatus::Failed)
    }

    /// What is left, line by line, after the refunds that `counts` names.
    pub(super) fn left_after(&self, counts: impl Fn(&Refund) -> bool + Copy) -> Vec<Share> {
        let left = self.lines.iter().map(|line| {
            let (given_back, _) = self.given_back(line.ticket_id, counts);
            let amount = line.total.checked_sub(given_back).unwrap_or_default();
            Share { ticket_id: line.ticket_id, amount, units: 0 }
        });
        left.filter(|share| share.amount > Minor::default()).collect()
    }

    /// Spreads an amount over what is left of the lines, in their order. Fails if less than that is left.
    pub(crate) fn allocate(&self, amount: Minor) -> Result<Vec<Share>, NotRefundable> {
        let left = self.left();
        let all = sum(left.iter().map(|share| share.amount));
        if amount > all { Err(NotRefundable::TooLarge(all)) } else { Ok(spread(amount, left)) }
    }

    /// What a refund gives back, line by line, now that it is made. A refund made past this service may have taken
    /// from a line what this one was to give back of it: then the other lines give it.
    pub(super) fn fitted(&self, refund: &Refund) -> Vec<Share> {
        let mut left = self.left_after(is_done);
        let mut shares = refund.shares().to_vec();
        let mut over = refund.amount();
        for share in &mut shares {
            let line = left.iter_mut().find(|line| line.ticket_id == share.ticket_id);
            let fits = line.map_or_else(Minor::default, |line| {
                let fits = line.amount.min(share.amount);
                line.amount = line.amount.checked_sub(fits).unwrap_or_default();
                fits
            });
            over = over.checked_sub(fits).unwrap_or_default();
            share.amount = fits;
        }
        for more in spread(over, left) {
            match shares.iter_mut().find(|share| share.ticket_id == more.ticket_id) {
                Some(share) => share.amount = sum([share.amount, more.amount].into_iter()),
                None => shares.push(more),
            }
        }
        shares.retain(|share| share.amount > Minor::default() || share.units > 0);
        shares
    }
}

/// Spreads an amount over these, in their order.
pub(super) fn spread(amount: Minor, left: Vec<Share>) -> Vec<Share> {
    let mut rest = amount;
    let shares = left.into_iter().map(|left| {
        let amount = left.amount.min(rest);
        rest = rest.checked_sub(amount).unwrap_or_default();
        Share { amount, ..left }
    });
    shares.filter(|share| share.amount > Minor::default()).collect()
}
