//! The decisions, one by one.

use common::{
    api::{CancelReason, OrderStatus},
    events::OrderState,
    id::{Id, OrderId, PaymentId, RefundId, UserId},
    money::Minor,
};

use super::*;
use crate::domain::{Attempt, FeeRate};

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
        payment_id: None,
        items: Vec::new(),
    })
}

/// A payment that was told all this, one after the other, at second 0.
fn told(standings: &[Standing]) -> Payment {
    let attempt = Attempt {
        id: PaymentId::generate(second(0), [3; 8]),
        number: 1,
        gateway: "sandbox",
        fee_rate: FeeRate::default(),
    };
    let begun = Payment::begin(attempt, &order(OrderStatus::Created), second(0));
    standings.iter().fold(begun, |payment, standing| {
        match look_up(payment, standing.clone(), second(0)).unwrap() {
            Finding::Changed(payment) => payment,
            other => panic!("{standing:?} came to {other:?}"),
        }
    })
}

fn look_up(payment: Payment, standing: Standing, now: Timestamp) -> Result<Finding, IllegalTransition> {
    after_look_up(payment, standing, RefundId::generate(now, [5; 8]), now)
}

fn asks() -> Standing {
    let (gateway_ref, client_secret) = ("r".to_owned(), "s".to_owned());
    Standing::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret })
}

fn agrees() -> Standing {
    Standing::Agreed(Authorisation::Authorised { gateway_ref: "r".to_owned() })
}

fn took() -> Standing {
    gave_back(0)
}

fn gave_back(cents: i64) -> Standing {
    let amount = Minor::new(cents).unwrap();
    let seen = SeenRefund { id: None, gateway_ref: format!("re_{cents}"), amount };
    let refunds = if cents == 0 { Vec::new() } else { vec![seen] };
    Standing::Captured { gateway_ref: "r".to_owned(), refunds, returned: Vec::new() }
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
        (captured, [Step::Rest, Step::Rest, Step::Close, Step::Return(why)]),
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
        (vec![gave_back(4050)], Authorized),
        (vec![asks(), Standing::Voided], Voided),
        (vec![agrees(), Standing::Voided], Voided),
        (vec![agrees(), took(), gave_back(50)], Captured),
        (vec![agrees(), took(), gave_back(4050)], Refunded),
    ] {
        assert_eq!(told(&standings).status(), expected, "{standings:?}");
    }
    for (payment, old) in [(told(&[agrees()]), asks()), (told(&[agrees(), took()]), agrees())] {
        assert_eq!(look_up(payment, old, second(0)), Ok(Finding::Nothing));
    }
    assert!(look_up(told(&[agrees(), took()]), declined(), second(0)).is_err());
    // What was declined is cancelled there afterwards.
    assert_eq!(look_up(told(&[declined()]), Standing::Voided, second(0)), Ok(Finding::Nothing));
}

#[test]
fn a_payment_nobody_heard_of_is_given_up_only_when_no_request_can_be_on_its_way() {
    let after = |seconds| look_up(told(&[]), Standing::Unheard, second(seconds)).unwrap();
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

#[test]
fn a_refund_that_is_recorded_is_made_before_anything_else() {
    let captured = told(&[agrees(), took()]);
    let id = RefundId::generate(second(0), [6; 8]);
    let Ok(Transition::Changed(returning)) = captured.return_all(id, "over", second(0)) else {
        panic!("captured money can go back")
    };
    for status in [OrderStatus::Complete, OrderStatus::Cancelled] {
        assert_eq!(next_step(&returning, Some(&order(status)), second(9)), Step::Refund(id));
    }
    // With a new hour comes a new key, and what was asked under the old one has to have arrived.
    for (seconds, step) in [
        (3599, Step::Refund(id)),
        (3600, Step::Rest),
        (3719, Step::Rest),
        (3720, Step::Refund(id)),
        (7199, Step::Refund(id)),
        (7200, Step::Rest),
    ] {
        let cancelled = order(OrderStatus::Cancelled);
        assert_eq!(next_step(&returning, Some(&cancelled), second(seconds)), step, "{seconds}");
    }
    let seen = SeenRefund { id: Some(id), gateway_ref: "re".to_owned(), amount: returning.amount() };
    let gateway_ref = "r".to_owned();
    let made = Standing::Captured {
        gateway_ref: gateway_ref.clone(),
        refunds: vec![seen.clone()],
        returned: Vec::new(),
    };
    let Ok(Finding::Changed(refunded)) = look_up(returning, made.clone(), second(1)) else {
        panic!("what the gateway has made is noted")
    };
    assert_eq!((refunded.status(), refunded.reason()), (PaymentStatus::Refunded, Some("over")));
    assert_eq!(look_up(refunded.clone(), made, second(2)), Ok(Finding::Nothing));

    // It comes back, and then again: at first it is sent again at once, then later and later.
    let mut came_back = Standing::Captured { gateway_ref, refunds: Vec::new(), returned: vec![seen] };
    let mut payment = refunded;
    for (time, rests) in [(3, 0), (4, 3600), (4000, 7200)] {
        payment = match look_up(payment, came_back.clone(), second(time)).unwrap() {
            Finding::Changed(payment) => payment,
            other => panic!("a refund that came back came to {other:?}"),
        };
        assert_eq!(look_up(payment.clone(), came_back.clone(), second(time)), Ok(Finding::Nothing));
        let next = |after| next_step(&payment, Some(&order(OrderStatus::Cancelled)), second(time + after));
        assert_eq!(next(rests), Step::Return("The order was cancelled"));
        if rests > 0 {
            assert_eq!(next(rests - 1), Step::Rest);
        }
        let id = RefundId::generate(second(time), [7; 8]);
        let Ok(Transition::Changed(again)) = payment.return_all(id, "over", second(time)) else {
            panic!("all of it is here again")
        };
        if let Standing::Captured { returned, .. } = &mut came_back {
            returned.push(SeenRefund {
                id: Some(id),
                gateway_ref: format!("re_{time}"),
                amount: again.amount(),
            });
        }
        payment = again;
    }
}

#[test]
fn after_many_attempts_the_next_has_to_wait() {
    let next = |latest, now| next_attempt(&order(OrderStatus::Created), Some(latest), second(now));
    let nth = |number| {
        let id = PaymentId::generate(second(0), [3; 8]);
        let attempt = Attempt { id, number, gateway: "sandbox", fee_rate: FeeRate::default() };
        let begun = Payment::begin(attempt, &order(OrderStatus::Created), second(0));
        match begun.fail("no", second(0)).unwrap() {
            Transition::Changed(failed) => failed,
            Transition::AlreadyThere(_) => panic!("it had not failed"),
        }
    };
    assert_eq!(next(nth(19), 0), Ok(NextAttempt::Begin(20)));
    for number in [20, 30] {
        assert_eq!(next(nth(number), 0), Ok(NextAttempt::Wait(Duration::from_mins(1))));
        assert_eq!(next(nth(number), 59), Ok(NextAttempt::Wait(Duration::from_secs(1))));
        assert_eq!(next(nth(number), 60), Ok(NextAttempt::Begin(number + 1)));
    }
}
