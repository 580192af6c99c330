//! Giving captured money back, for whoever may ask for it.

use common::{
    api::RefundStatus,
    id::{Id, PaymentId, RefundId, TicketId},
    money::Minor,
};
use messaging::{StoreError, WriteError};
use runtime::{Failure, entropy};

use crate::{
    domain::{AskedBy, NotRefundable, OtherGateway, Payment, Refund, RefundRequest, Share, Transition},
    gateway::Gateway,
    settle::{SettleError, settle},
    state::Money,
};

/// How often a refund is decided anew because the payment changed meanwhile.
const ATTEMPTS: u32 = 5;

/// What is to be given back, and why.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Of this listing's line alone, or of everything the payment was for.
    pub(crate) ticket: Option<TicketId>,
    /// So much, or all that is left.
    pub(crate) amount: Option<Minor>,
    /// Units of the listing that go back on sale.
    pub(crate) units: u32,
    /// In words for the buyer.
    pub(crate) reason: String,
    /// Who asks. A seller asks for an own listing.
    pub(crate) asked_by: AskedBy,
    /// What a repetition of the request is recognised by.
    pub(crate) key: Option<String>,
}

/// Why money was not given back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefundError {
    /// There is no such payment.
    #[error("there is no such payment")]
    UnknownPayment,
    /// Somebody else sells the listing.
    #[error("the caller does not sell the listing")]
    NotTheSeller,
    /// The payment does not allow it.
    #[error(transparent)]
    NotRefundable(#[from] NotRefundable),
    /// The key belongs to another refund.
    #[error("the idempotency key was used for another refund")]
    KeyReused,
    /// The payment changed under every attempt.
    #[error("the payment was changed by others every time")]
    Contended,
    /// Another gateway has the money.
    #[error(transparent)]
    Elsewhere(#[from] OtherGateway),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records the refund, and makes it. What the gateway does not answer at once is made later by the reconciler: the
/// refund is pending then.
pub(crate) async fn refund(
    money: &Money,
    id: PaymentId,
    wanted: &Wanted,
) -> Result<(Payment, RefundId), RefundError> {
    for _ in 0..ATTEMPTS {
        let payment = money.payments.get(id).await?.ok_or(RefundError::UnknownPayment)?;
        let now = money.clock.now();
        // Before anything else is looked at: by now less may be left than it gave back.
        if let Some(refund) = repeated(&payment, wanted)? {
            let refund = refund.id();
            return Ok((payment, refund));
        }
        let shares = shares(&payment, wanted)?;
        payment.was_made_through(money.gateway.name())?;
        let request = RefundRequest {
            id: RefundId::generate(now, entropy()),
            shares,
            reason: wanted.reason.clone(),
            asked_by: wanted.asked_by.clone(),
            key: wanted.key.clone(),
        };
        let refund = request.id;
        let (Transition::Changed(payment) | Transition::AlreadyThere(payment)) =
            payment.request_refund(request, now)?;
        match money.payments.record(&payment).await {
            Ok(()) => return Ok((made(money, payment).await, refund)),
            Err(WriteError::Stale) => {}
            Err(WriteError::Store(error) | WriteError::Duplicate(error)) => return Err(error.into()),
        }
    }
    Err(RefundError::Contended)
}

async fn made(money: &Money, payment: Payment) -> Payment {
    match settle(money, payment.clone()).await {
        Ok(settled) => settled,
        // It is recorded: whatever went wrong, the reconciler goes on from here.
        Err(error) => {
            let gateway = matches!(error, SettleError::Gateway(_));
            let error = Failure::from_error(error);
            tracing::warn!(payment = %payment.id(), gateway, %error, "the refund is left to the reconciler");
            payment
        }
    }
}

/// The refund that this request asked for before, if it is a repetition.
fn repeated<'a>(payment: &'a Payment, wanted: &Wanted) -> Result<Option<&'a Refund>, RefundError> {
    let Some(key) = &wanted.key else { return Ok(None) };
    match payment.refunds().iter().find(|refund| refund.is_for(&wanted.asked_by, key)) {
        Some(refund) if !is_wanted(refund, wanted) => Err(RefundError::KeyReused),
        before => Ok(before),
    }
}

/// Whether a refund made before is what is wanted now. Of one that gave back all there was left, the amount cannot be
/// told any more; nor of one of no certain listing, how it would be spread over the lines now.
fn is_wanted(refund: &Refund, wanted: &Wanted) -> bool {
    let same_amount = wanted.amount.is_none_or(|amount| refund.amount() == amount);
    let same_line = wanted.ticket.is_none_or(|ticket| {
        refund.shares().iter().all(|share| share.ticket_id == ticket && share.units == wanted.units)
    });
    same_amount && same_line
}

/// What the request comes to, line by line.
fn shares(payment: &Payment, wanted: &Wanted) -> Result<Vec<Share>, RefundError> {
    let Some(ticket_id) = wanted.ticket else {
        return Ok(wanted.amount.map_or_else(|| Ok(payment.left()), |amount| payment.allocate(amount))?);
    };
    let line = payment.lines().iter().find(|line| line.ticket_id == ticket_id);
    let line = line.ok_or(NotRefundable::UnknownLine)?;
    if let AskedBy::Seller(seller) = wanted.asked_by
        && line.seller_id != Some(seller)
    {
        return Err(RefundError::NotTheSeller);
    }
    let (spoken_for, _) = payment.spoken_for(ticket_id);
    let left = line.total.checked_sub(spoken_for).unwrap_or_default();
    Ok(vec![Share { ticket_id, amount: wanted.amount.unwrap_or(left), units: wanted.units }])
}

/// Whether the money of the refund has gone back.
pub(crate) fn is_done(payment: &Payment, refund: RefundId) -> bool {
    payment.refund(refund).is_some_and(|refund| refund.status() == RefundStatus::Done)
}
