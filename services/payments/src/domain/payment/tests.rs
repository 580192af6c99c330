//! Exactly the allowed changes, and what is told of each state.

use common::{
    api::{OrderStatus, RefundStatus},
    events::{Event, OrderItemState, OrderState},
    id::{Id, TicketId},
};
use proptest::prelude::*;

use super::*;
use crate::domain::{Account, AskedBy, Entry, RefundRequest, SeenRefund, Share};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn payment() -> Payment {
    let order = Order::from(OrderState {
        id: OrderId::generate(now(), [1; 8]),
        version: 1,
        buyer_id: UserId::generate(now(), [2; 8]),
        status: OrderStatus::Created,
        expires_at: Timestamp::from_second(1_800_000_900).unwrap(),
        total_minor: Minor::new(4050).unwrap(),
        currency: "usd".parse().unwrap(),
        cancel_reason: None,
        payment_id: None,
        items: vec![item(1, 3, 1000), item(2, 1, 1050)],
    });
    let fee_rate = "500".parse().unwrap();
    let id = PaymentId::generate(now(), [3; 8]);
    Payment::begin(Attempt { id, number: 1, gateway: "sandbox", fee_rate }, &order, now())
}

fn ticket(number: u8) -> TicketId {
    TicketId::generate(now(), [number; 8])
}

/// So many units of a listing, each sold by somebody else.
fn item(number: u8, quantity: u32, cents: i64) -> OrderItemState {
    OrderItemState {
        ticket_id: ticket(number),
        seller_id: Some(UserId::generate(now(), [number; 8])),
        starts_at: None,
        quantity,
        returned: 0,
        price_minor: minor(cents).try_into().unwrap(),
        refunded_minor: Minor::default(),
        seq: 1,
        held: quantity,
        sold: 0,
        takings_minor: None,
        quantity_listed: quantity,
    }
}

fn minor(cents: i64) -> Minor {
    Minor::new(cents).unwrap()
}

type Change = (&'static str, fn(Payment) -> Result<Transition, IllegalTransition>);

const CHANGES: [Change; 8] = [
    ("open", |payment| payment.open("r".into(), now())),
    ("require_action", |payment| payment.require_action("r".into(), "s".into(), now())),
    ("authorize", |payment| payment.authorize("r".into(), now())),
    ("capture", |payment| payment.capture(now())),
    ("fail", |payment| payment.fail("no", now())),
    ("void", |payment| payment.void("late", now())),
    ("return", |payment| payment.return_all(refund_id(1), "late", now())),
    ("refund", |payment| payment.finish_refund(refund_id(1), "re".into(), now())),
];

fn refund_id(number: u8) -> RefundId {
    RefundId::generate(now(), [number; 8])
}

fn after(changes: &[&str]) -> Payment {
    changes.iter().fold(payment(), |payment, wanted| {
        let (_, change) = CHANGES.iter().find(|(name, _)| name == wanted).unwrap();
        match change(payment).unwrap() {
            Transition::Changed(payment) => payment,
            Transition::AlreadyThere(_) => panic!("{wanted} changed nothing"),
        }
    })
}

#[test]
fn exactly_the_allowed_changes_are_possible_and_each_only_once() {
    let table: [(&[&str], &[&str], Option<&str>); 9] = [
        (&[], &["open", "require_action", "authorize", "fail"], None),
        (&["open"], &["require_action", "authorize", "fail"], Some("open")),
        (&["require_action"], &["authorize", "fail", "void"], Some("require_action")),
        (&["authorize"], &["capture", "fail", "void"], Some("authorize")),
        (&["authorize", "capture"], &["return"], Some("capture")),
        (&["authorize", "capture", "return"], &["refund"], Some("capture")),
        (&["fail"], &[], Some("fail")),
        (&["authorize", "void"], &[], Some("void")),
        (&["authorize", "capture", "return", "refund"], &[], Some("refund")),
    ];
    for (path, allowed, repeated) in table {
        for (name, change) in CHANGES {
            let before = after(path);
            match change(before.clone()) {
                Ok(Transition::Changed(payment)) => {
                    assert!(allowed.contains(&name), "{path:?} then {name}");
                    assert_eq!(payment.version(), before.version() + 1);
                }
                Ok(Transition::AlreadyThere(payment)) => {
                    assert_eq!(repeated, Some(name), "{path:?} then {name}");
                    assert_eq!(payment, before);
                }
                Err(refused) => {
                    assert!(!allowed.contains(&name) && repeated != Some(name), "{path:?} then {name}");
                    assert_eq!(refused.was, before.status());
                }
            }
        }
    }
}

#[test]
fn every_state_reads_back_from_its_document() {
    for path in [
        &[][..],
        &["require_action"],
        &["authorize"],
        &["authorize", "capture"],
        &["fail"],
        &["authorize", "fail"],
        &["authorize", "void"],
        &["open"],
        &["authorize", "capture", "return"],
        &["authorize", "capture", "return", "refund"],
    ] {
        let payment = after(path);
        let document = bson::serialize_to_document(&payment).unwrap();
        assert!(document.keys().all(|name| !name.contains('_')), "camelCase: {document}");
        assert_eq!(document.get_i64("version").ok(), i64::try_from(payment.version()).ok(), "{document}");
        assert_eq!(bson::deserialize_from_document::<Payment>(document).unwrap(), payment);
    }
}

#[test]
fn nothing_is_announced_before_the_gateway_has_decided() {
    assert_eq!(payment().announcement(), None);
    assert_eq!(after(&["require_action"]).announcement(), None);
    let told = after(&["authorize", "capture", "return", "refund"]).announcement().unwrap();
    assert_eq!(told.kind(), "payment.refunded");
    let Event::PaymentRefunded(state) = told else { panic!("another event") };
    assert_eq!((state.version, state.reason.as_deref()), (5, Some("late")));
    assert_eq!(state.refunded_minor, state.amount_minor);
}

#[test]
fn the_client_secret_is_shown_only_while_it_is_needed() {
    assert_eq!(after(&["require_action"]).view().client_secret.as_deref(), Some("s"));
    assert_eq!(after(&["require_action", "authorize"]).view().client_secret, None);
}

fn request(id: u8, shares: &[(u8, i64, u32)]) -> RefundRequest {
    let shares = shares.iter().map(|&(number, cents, units)| Share {
        ticket_id: ticket(number),
        amount: minor(cents),
        units,
    });
    RefundRequest {
        id: refund_id(id),
        shares: shares.collect(),
        reason: "rained off".to_owned(),
        asked_by: AskedBy::Operator,
        key: None,
    }
}

fn changed<E: std::fmt::Debug>(outcome: Result<Transition, E>) -> Payment {
    match outcome.unwrap() {
        Transition::Changed(payment) => payment,
        Transition::AlreadyThere(_) => panic!("nothing changed"),
    }
}

#[test]
fn no_more_is_refunded_than_was_paid() {
    let captured = after(&["authorize", "capture"]);
    for (shares, why) in [
        (vec![(1, 3001, 0)], NotRefundable::TooLarge(minor(3000))),
        (vec![(1, 1000, 4)], NotRefundable::TooManyUnits(3)),
        (vec![(3, 1, 0)], NotRefundable::UnknownLine),
        (vec![(1, 0, 0)], NotRefundable::Nothing),
        (vec![], NotRefundable::Nothing),
    ] {
        assert_eq!(captured.clone().request_refund(request(1, &shares), now()), Err(why), "{shares:?}");
    }
    // One that is under way counts as done.
    let pending = changed(captured.request_refund(request(1, &[(1, 2000, 2)]), now()));
    let too_large = pending.clone().request_refund(request(2, &[(1, 1001, 0)]), now());
    assert_eq!(too_large, Err(NotRefundable::TooLarge(minor(1000))));
    // One that failed does not.
    let failed = changed(pending.fail_refund(refund_id(1), "no".to_owned(), now()));
    let whole = changed(failed.request_refund(request(2, &[(1, 3000, 3), (2, 1050, 1)]), now()));
    let refunded = changed(whole.finish_refund(refund_id(2), "re_2".into(), now()));
    assert_eq!((refunded.status(), refunded.refunded()), (PaymentStatus::Refunded, minor(4050)));
    let again = refunded.request_refund(request(3, &[(1, 1, 0)]), now());
    assert_eq!(again, Err(NotRefundable::NothingLeft));
    assert_eq!(payment().request_refund(request(1, &[(1, 1, 0)]), now()), Err(NotRefundable::NothingLeft));
}

#[test]
fn only_what_is_news_is_announced() {
    let kind = |payment: &Payment| payment.news().map(|event| event.kind());
    assert_eq!(kind(&after(&["open"])), None);
    let captured = after(&["open", "authorize", "capture"]);
    assert_eq!(kind(&captured), Some("payment.captured"));
    let pending = changed(captured.request_refund(request(1, &[(1, 1500, 1)]), now()));
    assert_eq!(kind(&pending), None);
    let part = changed(pending.finish_refund(refund_id(1), "re_1".into(), now()));
    let Some(Event::PaymentRefunded(told)) = part.news() else { panic!("a refund is news") };
    assert_eq!((told.status, told.refunded_minor), (PaymentStatus::Captured, minor(1500)));
    assert_eq!(told.refunded_lines.len(), 1);
    assert_eq!((told.refunded_lines[0].amount_minor, told.refunded_lines[0].units), (minor(1500), 1));
}

#[test]
fn a_refund_made_past_this_service_is_noted_once() {
    let seen = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), amount: minor(3050) };
    let captured = after(&["authorize", "capture"]);
    let noted = changed(captured.clone().note_refund(&seen, refund_id(9), now()));
    assert_eq!((noted.refunded(), noted.refunds()[0].status()), (minor(3050), RefundStatus::Done));
    assert_eq!(noted.left(), [Share { ticket_id: ticket(2), amount: minor(1000), units: 0 }]);
    assert!(matches!(noted.note_refund(&seen, refund_id(8), now()), Ok(Transition::AlreadyThere(_))));
    let more = SeenRefund { amount: minor(4051), ..seen };
    assert!(captured.note_refund(&more, refund_id(9), now()).is_err(), "more than was taken");
}

#[test]
fn a_refund_made_past_this_service_is_noted_while_one_of_ours_is_pending() {
    let captured = after(&["authorize", "capture"]);
    let pending = changed(captured.request_refund(request(1, &[(1, 3000, 3)]), now()));
    let seen = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), amount: minor(2050) };
    let noted = changed(pending.note_refund(&seen, refund_id(9), now()));
    assert!(noted.clone().finish_refund(refund_id(1), "re_1".to_owned(), now()).is_err(), "less is left");
    assert_eq!(noted.refunded(), minor(2050));
    assert_eq!(noted.pending_refund().map(Refund::id), Some(refund_id(1)));
    // Less is left than was asked for: the gateway refuses, and then what is left can be asked for.
    let failed = changed(noted.fail_refund(refund_id(1), "too much".to_owned(), now()));
    let left: i64 = failed.left().iter().map(|share| share.amount.get()).sum();
    assert_eq!(left, 2000);
}

#[test]
fn what_an_ended_order_is_owed_is_asked_for_anew_once_less_is_left() {
    let owed = changed(after(&["authorize", "capture"]).return_all(refund_id(1), "late", now()));
    assert!(owed.clone().fail_refund(refund_id(1), "no".to_owned(), now()).is_err(), "all of it is left");
    let seen = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), amount: minor(50) };
    let noted = changed(owed.note_refund(&seen, refund_id(9), now()));
    let failed = changed(noted.fail_refund(refund_id(1), "too much".to_owned(), now()));
    let rest = changed(failed.return_all(refund_id(2), "late", now()));
    assert_eq!(rest.pending_refund().map(Refund::amount), Some(minor(4000)));
    let refunded = changed(rest.finish_refund(refund_id(2), "re_2".to_owned(), now()));
    assert_eq!(refunded.status(), PaymentStatus::Refunded);
}

#[test]
fn once_all_is_given_back_nothing_is_left_pending() {
    let pending = changed(after(&["authorize", "capture"]).request_refund(request(1, &[(1, 1, 0)]), now()));
    let seen = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), amount: minor(4050) };
    let refunded = changed(pending.note_refund(&seen, refund_id(9), now()));
    assert_eq!((refunded.status(), refunded.pending_refund()), (PaymentStatus::Refunded, None));
    assert_eq!(refunded.refunds()[0].failure(), Some("All of the money was given back already"));
}

#[test]
fn no_line_gives_back_more_than_it_cost_whatever_was_made_past_this_service() {
    let mut payment = after(&["authorize", "capture"]);
    payment = changed(payment.request_refund(request(1, &[(1, 2000, 2)]), now()));
    let seen = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), amount: minor(1500) };
    payment = changed(payment.note_refund(&seen, refund_id(9), now()));
    // The gateway has enough left for it, and the line has not.
    payment = changed(payment.finish_refund(refund_id(1), "re_1".to_owned(), now()));
    let done = |number| payment.given_back(ticket(number), |refund| refund.status() == RefundStatus::Done);
    assert_eq!((done(1), done(2)), ((minor(3000), 2), (minor(500), 0)));
    let (credit, debit) = Entry::of(&payment).unwrap().on(Account::Buyer(payment.payer()));
    assert_eq!(credit, debit);
}

#[test]
fn a_seller_refunds_a_payment_in_so_many_parts_at_most() {
    let mut payment = after(&["authorize", "capture"]);
    let part = |id: u8, asked_by| RefundRequest { asked_by, ..request(id, &[(1, 1, 0)]) };
    let seller = AskedBy::Seller(payment.lines()[0].seller_id.unwrap());
    for id in 1..=100 {
        payment = changed(payment.request_refund(part(id, seller.clone()), now()));
    }
    let more = payment.clone().request_refund(part(101, seller), now());
    assert_eq!(more, Err(NotRefundable::TooMany));
    assert!(payment.request_refund(part(101, AskedBy::Operator), now()).is_ok());
}

#[test]
fn a_refund_that_comes_back_is_the_sellers_money_again() {
    let refunded = after(&["authorize", "capture", "return", "refund"]);
    let given_back = Entry::of(&refunded).unwrap();
    let seen = SeenRefund { id: Some(refund_id(1)), gateway_ref: "re".to_owned(), amount: minor(4050) };
    let back = changed(refunded.clone().note_return(&seen, now()));
    assert_eq!(
        (back.status(), back.refunded(), back.returned()),
        (PaymentStatus::Captured, minor(0), minor(4050))
    );
    let entry = Entry::of(&back).unwrap();
    assert_ne!(entry.id(), given_back.id());
    for account in [Account::Gateway, Account::Fees, Account::Buyer(back.payer())] {
        let ((credit, debit), (credited, debited)) = (entry.on(account), given_back.on(account));
        assert_eq!((credit, debit), (debited, credited), "{account}");
    }
    assert_eq!(back.news().map(|event| event.kind()), Some("payment.captured"));
    assert!(matches!(back.clone().note_return(&seen, now()), Ok(Transition::AlreadyThere(_))));
    // Whoever read an older list does not make it go back once more.
    assert!(matches!(back.clone().note_refund(&seen, refund_id(9), now()), Ok(Transition::AlreadyThere(_))));
    let document = bson::serialize_to_document(&back).unwrap();
    assert_eq!(bson::deserialize_from_document::<Payment>(document).unwrap(), back);
    // One that was never known to be made just fails, also what an ended order is owed.
    let pending = after(&["authorize", "capture", "return"]);
    let failed = changed(pending.note_return(&seen, now()));
    assert_eq!((failed.pending_refund(), Entry::of(&failed), failed.news()), (None, None, None));
    assert_eq!(failed.returned(), minor(0));
    // One of nobody's that failed at once was never noted.
    let stranger = SeenRefund { id: None, gateway_ref: "re_9".to_owned(), ..seen };
    assert!(matches!(failed.note_return(&stranger, now()), Ok(Transition::AlreadyThere(_))));
}

#[test]
fn what_a_bank_says_of_a_dispute_counts_once_and_in_any_order() {
    let told =
        |withdrawn, reinstated| Dispute { id: "dp".to_owned(), amount: minor(4050), withdrawn, reinstated };
    let captured = after(&["authorize", "capture"]);
    assert!(payment().dispute(&told(true, false), now()).is_err());
    let opened = captured.clone().dispute(&told(false, false), now()).unwrap();
    assert!(matches!(opened, Transition::AlreadyThere(_)), "no money moves yet");
    for order in [[told(true, false), told(false, true)], [told(false, true), told(true, false)]] {
        let mut payment = captured.clone();
        let mut on_gateway = 0;
        for step in &order {
            payment = changed(payment.dispute(step, now()));
            let (credit, debit) = Entry::of(&payment).unwrap().on(Account::Gateway);
            on_gateway += debit.get() - credit.get();
            assert!(matches!(payment.clone().dispute(step, now()), Ok(Transition::AlreadyThere(_))));
        }
        assert_eq!(on_gateway, 0);
    }
}

proptest! {
    /// Whatever is refunded, in whatever parts, and whichever of them come back: every entry balances, sellers and fees
    /// give back together what the buyer gets, and once all is refunded nobody has kept anything.
    #[test]
    fn the_ledger_of_a_payment_comes_out_even(
        parts in prop::collection::vec(
            (1_u8..=2, 1_i64..1500, prop_oneof![2 => Just(None), 1 => (0_u8..12).prop_map(Some)]),
            0..12,
        ),
    ) {
        let mut payment = after(&["authorize", "capture"]);
        let mut entries = vec![Entry::of(&payment).unwrap()];
        for (index, (line, cents, returned)) in parts.into_iter().enumerate() {
            let id = u8::try_from(index).unwrap() + 1;
            let left = payment.left().into_iter().find(|share| share.ticket_id == ticket(line));
            let Some(left) = left else { continue };
            let request = request(id, &[(line, cents.min(left.amount.get()), 0)]);
            payment = changed(payment.request_refund(request, now()));
            prop_assert_eq!(Entry::of(&payment), None);
            payment = changed(payment.finish_refund(refund_id(id), format!("re_{id}"), now()));
            entries.push(Entry::of(&payment).unwrap());
            let Some(number) = returned else { continue };
            let seen = SeenRefund { id: None, gateway_ref: format!("re_{number}"), amount: minor(1) };
            if let Transition::Changed(after) = payment.clone().note_return(&seen, now()).unwrap() {
                entries.push(Entry::of(&after).unwrap());
                payment = after;
            }
        }
        let on = |account| entries.iter().map(|entry| {
            let (credit, debit) = entry.on(account);
            debit.get() - credit.get()
        }).sum::<i64>();
        let kept = payment.amount().get() - payment.refunded().get();
        prop_assert_eq!(on(Account::Gateway), kept);
        prop_assert_eq!(on(Account::Buyer(payment.payer())), 0);
        let mut owed = on(Account::Fees);
        for line in payment.lines() {
            let (back, _) = payment.spoken_for(line.ticket_id);
            let left = line.total.checked_sub(back).unwrap();
            let earned = on(Account::Seller(line.seller_id.unwrap()));
            prop_assert_eq!(-earned, left.get() - payment.fee_rate().of(left).get());
            owed += earned;
        }
        prop_assert_eq!(-owed, kept);
    }
}
