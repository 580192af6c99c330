//! What to do next about a payment, given where its order stands and what the gateway says.
//!
//! One decision serves all that can move a payment on: the request that made it, the order's events in any order,
//! and the reconciler. Whichever comes first acts; the others find it done.

use std::time::Duration;

use common::api::{OrderStatus, PaymentStatus};
use jiff::Timestamp;

use super::{IllegalTransition, NotPayable, Order, Payment, payment::Transition};

/// How long the gateway's answer is waited for.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// After this long without a recorded answer the gateway is asked what became of a payment.
pub(crate) const LOOK_UP_AFTER: Duration = Duration::from_secs(2);
/// After this long no request can still be on its way to the gateway.
const UNHEARD_AFTER: Duration = Duration::from_secs(8);

/// The gateway's agreement to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authorisation {
    /// The money is set aside.
    Authorised {
        /// The gateway's name for the payment.
        gateway_ref: String,
    },
    /// The buyer has to confirm first.
    RequiresAction {
        /// The gateway's name for the payment.
        gateway_ref: String,
        /// What the buyer's browser needs for that.
        client_secret: String,
    },
}

/// What came back when the gateway was asked to authorise a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It agreed.
    Agreed(Authorisation),
    /// It did not and never will.
    Refused {
        /// Why, in words for the buyer.
        reason: String,
    },
    /// Nothing came back: it may have agreed or not.
    Lost,
}

/// What a buyer's wish to pay comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NextAttempt {
    /// The attempt with this number is made.
    Begin(u32),
    /// This payment is under way, and is the answer.
    UnderWay(Payment),
    /// This payment waits for a confirmation that the buyer may be unable to give: it is given up first, and then
    /// the question asked again.
    Replace(Payment),
}

/// Where a payment stands with the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The gateway has never heard of it.
    Unheard,
    /// It was agreed to.
    Agreed(Authorisation),
    /// The money is taken.
    Captured {
        /// The gateway's name for the payment.
        gateway_ref: String,
    },
    /// It was declined.
    Declined {
        /// Why, in the gateway's words for the buyer.
        reason: String,
    },
    /// The authorisation is given back, or can never be made.
    Voided,
    /// The money is given back.
    Refunded,
}

/// What to do next about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing, for now or for ever.
    Rest,
    /// Ask the gateway what became of it.
    LookUp,
    /// Take the money.
    Capture,
    /// Give back the authorisation.
    Void(&'static str),
    /// Give back the money.
    Refund(&'static str),
    /// The order is complete with this payment: nobody needs to look at it again.
    Close,
}

/// What the gateway's word means for a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing new.
    Nothing,
    /// The payment as it is now, to be stored.
    Changed(Payment),
    /// The gateway does not know it and nobody will ask for it any more: to be barred there, then failed.
    NeverArrived,
}

impl From<Transition> for Finding {
    fn from(transition: Transition) -> Self {
        match transition {
            Transition::Changed(payment) => Self::Changed(payment),
            Transition::AlreadyThere(_) => Self::Nothing,
        }
    }
}

/// Decides what a wish to pay comes to, where `latest` is the last attempt at the order: the only one that can be
/// active.
pub(crate) fn next_attempt(
    order: &Order,
    latest: Option<Payment>,
    now: Timestamp,
) -> Result<NextAttempt, NotPayable> {
    order.payable(now)?;
    let Some(latest) = latest else { return Ok(NextAttempt::Begin(1)) };
    match latest.status() {
        PaymentStatus::Processing | PaymentStatus::Authorized => Ok(NextAttempt::UnderWay(latest)),
        PaymentStatus::RequiresAction => Ok(NextAttempt::Replace(latest)),
        PaymentStatus::Captured => Err(NotPayable::AlreadyPaid),
        PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded => {
            Ok(NextAttempt::Begin(latest.attempt() + 1))
        }
    }
}

/// Decides what the gateway's answer means for the payment it was asked to authorise.
pub(crate) fn after_answer(
    payment: Payment,
    answer: Answer,
    now: Timestamp,
) -> Result<Finding, IllegalTransition> {
    match answer {
        Answer::Agreed(agreed) => after_look_up(payment, Standing::Agreed(agreed), now),
        Answer::Refused { reason } => Ok(payment.fail(reason, now)?.into()),
        // Left to the reconciler, which asks what became of it.
        Answer::Lost => Ok(Finding::Nothing),
    }
}

/// Decides the next step.
pub(crate) fn next_step(payment: &Payment, order: Option<&Order>, now: Timestamp) -> Step {
    let released = order.and_then(Order::release_reason);
    match payment.status() {
        PaymentStatus::Processing if payment.unchanged_for(now) < LOOK_UP_AFTER => Step::Rest,
        PaymentStatus::Processing => Step::LookUp,
        PaymentStatus::RequiresAction => released.map_or(Step::LookUp, Step::Void),
        PaymentStatus::Authorized => match order.map(Order::status) {
            Some(OrderStatus::AwaitingPayment | OrderStatus::Complete) => Step::Capture,
            _ => released.map_or(Step::Rest, Step::Void),
        },
        PaymentStatus::Captured if order.is_some_and(|order| order.status() == OrderStatus::Complete) => {
            Step::Close
        }
        PaymentStatus::Captured => released.map_or(Step::Rest, Step::Refund),
        PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded => Step::Rest,
    }
}

/// Decides what the gateway's word means for the payment.
///
/// A payment never skips a state: one found captured at once is taken to be authorised first, and asked about again.
pub(crate) fn after_look_up(
    payment: Payment,
    standing: Standing,
    now: Timestamp,
) -> Result<Finding, IllegalTransition> {
    const GONE: &str = "The payment was not completed";
    let status = payment.status();
    let open = matches!(status, PaymentStatus::Processing | PaymentStatus::RequiresAction);
    let changed = match standing {
        Standing::Unheard => {
            let over = status == PaymentStatus::Processing && payment.unchanged_for(now) >= UNHEARD_AFTER;
            return Ok(if over { Finding::NeverArrived } else { Finding::Nothing });
        }
        Standing::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret }) if open => {
            payment.require_action(gateway_ref, client_secret, now)
        }
        Standing::Agreed(Authorisation::Authorised { gateway_ref }) | Standing::Captured { gateway_ref }
            if open =>
        {
            payment.authorize(gateway_ref, now)
        }
        Standing::Captured { .. } => payment.capture(now),
        // An agreement that is older than what is recorded.
        Standing::Agreed(_) => return Ok(Finding::Nothing),
        Standing::Declined { reason } => payment.fail(reason, now),
        Standing::Refunded if status == PaymentStatus::Captured => payment.refund(GONE, now),
        Standing::Voided | Standing::Refunded if status == PaymentStatus::Processing => {
            payment.fail(GONE, now)
        }
        Standing::Voided | Standing::Refunded => payment.void(GONE, now),
    };
    Ok(changed?.into())
}

#[cfg(test)]
mod tests {
    use common::{
        api::CancelReason,
        events::OrderState,
        id::{Id, OrderId, PaymentId, UserId},
        money::Minor,
    };

    use super::*;
    use crate::domain::Attempt;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn order(status: OrderStatus) -> Order {
        Order::from(OrderState {
            id: OrderId::generate(second(0), [1; 8]),
            version: 1,
            buyer_id: UserId::generate(second(0), [2; 8]),
            status,
            expires_at: second(900),
            total_minor: Minor::new(4050).unwrap(),
            currency: "usd".parse().unwrap(),
            cancel_reason: (status == OrderStatus::Cancelled).then_some(CancelReason::Buyer),
            items: Vec::new(),
        })
    }

    /// A payment that was told all this, one after the other, at second 0.
    fn told(standings: &[Standing]) -> Payment {
        let attempt = Attempt { id: PaymentId::generate(second(0), [3; 8]), number: 1, gateway: "sandbox" };
        let begun = Payment::begin(attempt, &order(OrderStatus::Created), second(0));
        standings.iter().fold(begun, |payment, standing| {
            match after_look_up(payment, standing.clone(), second(0)).unwrap() {
                Finding::Changed(payment) => payment,
                other => panic!("{standing:?} came to {other:?}"),
            }
        })
    }

    fn asks() -> Standing {
        let (gateway_ref, client_secret) = ("r".to_owned(), "s".to_owned());
        Standing::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret })
    }

    fn agrees() -> Standing {
        Standing::Agreed(Authorisation::Authorised { gateway_ref: "r".to_owned() })
    }

    fn took() -> Standing {
        Standing::Captured { gateway_ref: "r".to_owned() }
    }

    #[test]
    fn the_next_step_follows_the_order() {
        use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
        let why = "The order was cancelled";
        let all = [Created, AwaitingPayment, Complete, Cancelled];
        let (open, authorised, captured) = (told(&[asks()]), told(&[agrees()]), told(&[agrees(), took()]));
        for (payment, expected) in [
            (told(&[]), [Step::LookUp; 4]),
            (open, [Step::LookUp, Step::LookUp, Step::LookUp, Step::Void(why)]),
            (authorised, [Step::Rest, Step::Capture, Step::Capture, Step::Void(why)]),
            (captured, [Step::Rest, Step::Rest, Step::Close, Step::Refund(why)]),
            (told(&[Standing::Voided]), [Step::Rest; 4]),
        ] {
            let steps = all.map(|status| next_step(&payment, Some(&order(status)), second(2)));
            assert_eq!(steps, expected, "{payment:?}");
        }
        let young = next_step(&told(&[]), Some(&order(Cancelled)), second(1));
        assert_eq!(young, Step::Rest, "a request may still be waiting for the answer");
    }

    #[test]
    fn the_gateways_word_is_believed_one_state_at_a_time() {
        use PaymentStatus::{Authorized, Captured, Failed, Refunded, RequiresAction, Voided};
        let declined = || Standing::Declined { reason: "no".to_owned() };
        for (standings, expected) in [
            (vec![asks()], RequiresAction),
            (vec![asks(), agrees()], Authorized),
            (vec![took()], Authorized),
            (vec![took(), took()], Captured),
            (vec![declined()], Failed),
            (vec![asks(), declined()], Failed),
            (vec![Standing::Voided], Failed),
            (vec![Standing::Refunded], Failed),
            (vec![asks(), Standing::Voided], Voided),
            (vec![agrees(), Standing::Voided], Voided),
            (vec![agrees(), took(), Standing::Refunded], Refunded),
        ] {
            assert_eq!(told(&standings).status(), expected, "{standings:?}");
        }
        for (payment, old) in [(told(&[agrees()]), asks()), (told(&[agrees(), took()]), agrees())] {
            assert_eq!(after_look_up(payment, old, second(0)), Ok(Finding::Nothing));
        }
        assert!(after_look_up(told(&[agrees(), took()]), declined(), second(0)).is_err());
    }

    #[test]
    fn a_payment_nobody_heard_of_is_given_up_only_when_no_request_can_be_on_its_way() {
        let after = |seconds| after_look_up(told(&[]), Standing::Unheard, second(seconds)).unwrap();
        assert_eq!(after(7), Finding::Nothing);
        assert_eq!(after(8), Finding::NeverArrived);
        assert!(UNHEARD_AFTER > ANSWER_WITHIN);
    }

    #[test]
    fn the_next_attempt_follows_the_last_one() {
        let next = |latest| next_attempt(&order(OrderStatus::Created), latest, second(0));
        let refused = Standing::Declined { reason: "no".to_owned() };
        let (open, authorised) = (told(&[asks()]), told(&[agrees()]));
        assert_eq!(next(None), Ok(NextAttempt::Begin(1)));
        assert_eq!(next(Some(told(&[]))), Ok(NextAttempt::UnderWay(told(&[]))));
        assert_eq!(next(Some(open.clone())), Ok(NextAttempt::Replace(open.clone())));
        assert_eq!(next(Some(authorised.clone())), Ok(NextAttempt::UnderWay(authorised)));
        assert_eq!(next(Some(told(&[agrees(), took()]))), Err(NotPayable::AlreadyPaid));
        for over in [told(&[refused]), told(&[asks(), Standing::Voided])] {
            assert_eq!(next(Some(over)), Ok(NextAttempt::Begin(2)));
        }
        let late = next_attempt(&order(OrderStatus::Created), Some(open), second(900));
        assert_eq!(late, Err(NotPayable::Expired));
    }

    #[test]
    fn an_answer_decides_and_a_lost_one_does_not() {
        let after = |answer| after_answer(told(&[]), answer, second(0)).unwrap();
        let agreed = Authorisation::Authorised { gateway_ref: "r".to_owned() };
        assert_eq!(after(Answer::Agreed(agreed)), Finding::Changed(told(&[agrees()])));
        let Finding::Changed(failed) = after(Answer::Refused { reason: "no".to_owned() }) else {
            panic!("a refusal ends the payment")
        };
        assert_eq!((failed.status(), failed.reason()), (PaymentStatus::Failed, Some("no")));
        assert_eq!(after(Answer::Lost), Finding::Nothing);
    }
}
