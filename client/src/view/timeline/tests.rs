use common::{
    api::{OrderStep, PaymentStep},
    id::{OrderId, PaymentId},
};
use islands::words::Language;

use super::*;
use crate::{render::said_in, view::bill::tests::refund};

/// Made at midnight, payable for a quarter of an hour.
pub(crate) fn order(status: &str) -> OrderView {
    let ticket = r#"{"id":"6b49d2000102030405060708","title":"Hamlet","price":20,"version":0}"#;
    let json = format!(
        r#"{{"id":"6b49d2000102030405060709","userId":"6b49d2000102030405060701","status":"{status}",
        "expiresAt":"2027-01-01T00:15:00Z","total":20,"currency":"usd","ticket":{ticket},
        "items":[{{"ticket":{ticket},"quantity":1,"price":20}}],"version":0}}"#
    );
    let order: OrderView = serde_json::from_str(&json).unwrap();
    OrderView { id: OrderId::generate(at(0), [9; 8]), ..order }
}

/// Of that order, begun this many seconds after midnight.
pub(crate) fn payment(status: PaymentStatus, second: i64) -> PaymentView {
    let json = r#"{"id":"6b49d2000102030405060710","orderId":"6b49d2000102030405060709",
        "status":"processing","amount":20,"currency":"usd","version":0}"#;
    let base: PaymentView = serde_json::from_str(json).unwrap();
    let id = PaymentId::generate(at(second), [7; 8]);
    PaymentView { id, status, reason: Some("No.".to_owned()), ..base }
}

fn at(second: i64) -> Timestamp {
    let midnight: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    Timestamp::from_second(midnight.as_second() + second).unwrap()
}

fn history(steps: &[(OrderStatus, i64)]) -> Vec<OrderStep> {
    steps.iter().map(|(status, second)| OrderStep { status: *status, at: at(*second) }).collect()
}

/// The seconds, states and words of all steps.
fn told(order: &OrderView, payments: &[PaymentView], now: i64) -> Vec<(Option<i64>, State, String)> {
    let stage = Stage::of(order, payments, at(now));
    let steps = steps(order, payments, stage);
    let seconds = |step: &Step| step.at.map(|time| time.as_second() - at(0).as_second());
    steps.iter().map(|step| (seconds(step), step.state, said_in(Language::English, || step.text()))).collect()
}

fn is(told: &[(Option<i64>, State, String)], expected: &[(Option<i64>, State, &str)]) {
    let told: Vec<_> = told.iter().map(|(at, state, text)| (*at, *state, text.as_str())).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_reservation_is_followed_by_what_there_is_to_do() {
    is(
        &told(&order("created"), &[], 1),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (None, State::Now, "Pay by 00:15:00 UTC"),
            (None, State::Next, "The tickets are yours"),
        ],
    );
    is(
        &told(&order("created"), &[], 900),
        &[(Some(0), State::Done, "Reserved for you"), (None, State::Now, "The tickets go back on sale")],
    );
}

#[test]
fn attempts_stand_where_they_happened() {
    use OrderStatus::{AwaitingPayment, Complete, Created};
    // Newest first, as the service gives them.
    let payments = [payment(PaymentStatus::Captured, 60), payment(PaymentStatus::Failed, 30)];
    let history = history(&[(Created, 0), (AwaitingPayment, 61), (Complete, 62)]);
    let order = OrderView { history, ..order("complete") };
    is(
        &told(&order, &payments, 100),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (Some(30), State::Failed, "Card declined"),
            (Some(61), State::Done, "Payment accepted"),
            (Some(62), State::Done, "Paid, the tickets are yours"),
        ],
    );
    let steps = steps(&order, &payments, Stage::Complete);
    assert_eq!(steps.iter().filter_map(Step::reason).collect::<Vec<_>>(), [Reason::Bank("No.")]);
}

#[test]
fn what_goes_back_stands_where_it_happened() {
    use OrderStatus::{AwaitingPayment, Complete, Created};
    let history = history(&[(Created, 0), (AwaitingPayment, 61), (Complete, 62)]);
    let order = OrderView { history, ..order("complete") };
    let mut failed = refund(RefundStatus::Failed, 100, 80);
    failed.failure = Some("Card closed.".to_owned());
    let refunds = vec![
        refund(RefundStatus::Done, 500, 70),
        failed,
        RefundView { reason: String::new(), ..refund(RefundStatus::Pending, 1500, 90) },
    ];
    let payments = [PaymentView { refunds, ..payment(PaymentStatus::Captured, 60) }];
    let expected = [
        (Some(0), State::Done, "Reserved for you"),
        (Some(61), State::Done, "Payment accepted"),
        (Some(62), State::Done, "Paid, the tickets are yours"),
        (Some(70), State::Done, "$5.00 refunded"),
        (Some(80), State::Failed, "The refund of $1.00 did not go through"),
        (Some(90), State::Now, "A refund of $15.00 is under way"),
    ];
    is(&told(&order, &payments, 100), &expected);
    let steps = steps(&order, &payments, Stage::Complete);
    let reasons: Vec<_> = steps.iter().filter_map(Step::reason).collect();
    assert_eq!(reasons, [Reason::Seller("Fewer seats"), Reason::Bank("Card closed.")]);

    let refunds = vec![refund(RefundStatus::Done, 2000, 70)];
    let payments = [PaymentView { refunds, ..payment(PaymentStatus::Refunded, 60) }];
    let told = told(&order, &payments, 100);
    is(&told[3..], &[(Some(70), State::Done, "Payment refunded in full: $20.00")]);
}

#[test]
fn a_payment_stands_where_it_came_to_its_state() {
    let history = history(&[(OrderStatus::Created, 0), (OrderStatus::Cancelled, 901)]);
    let order = OrderView { history, cancel_reason: Some(CancelReason::Expired), ..order("cancelled") };
    let step = |status, second| PaymentStep { status, at: at(second) };
    let came = vec![
        step(PaymentStatus::Processing, 899),
        step(PaymentStatus::Authorized, 900),
        step(PaymentStatus::Voided, 905),
    ];
    let payments = [PaymentView { history: came, ..payment(PaymentStatus::Voided, 899) }];
    is(
        &told(&order, &payments, 1000),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (Some(901), State::Failed, "Reservation lapsed"),
            (Some(905), State::Done, "Payment came too late, the amount is free again"),
        ],
    );
}

#[test]
fn a_payment_the_order_has_not_heard_of_is_going_on() {
    is(
        &told(&order("created"), &[payment(PaymentStatus::Authorized, 5)], 6),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (Some(5), State::Now, "Payment authorised, the amount is set aside"),
            (None, State::Next, "The tickets are yours"),
        ],
    );
    is(
        &told(&order("created"), &[payment(PaymentStatus::RequiresAction, 5)], 6),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (Some(5), State::Now, "Your bank waits for you to confirm"),
            (None, State::Next, "The tickets are yours"),
        ],
    );
}

#[test]
fn an_answer_that_the_bank_never_got_is_no_step_once_the_time_is_up() {
    is(
        &told(&order("created"), &[payment(PaymentStatus::RequiresAction, 5)], 900),
        &[(Some(0), State::Done, "Reserved for you"), (None, State::Now, "The tickets go back on sale")],
    );
}

#[test]
fn money_that_came_too_late_is_on_its_way_back() {
    let history = history(&[(OrderStatus::Created, 0), (OrderStatus::Cancelled, 901)]);
    let order = OrderView { history, cancel_reason: Some(CancelReason::Expired), ..order("cancelled") };
    for (status, state, text) in [
        (PaymentStatus::Authorized, State::Now, "Payment authorised too late; the amount is being released"),
        (PaymentStatus::Voided, State::Done, "Payment came too late, the amount is free again"),
        (PaymentStatus::Captured, State::Now, "Card charged too late; a refund is under way"),
        (PaymentStatus::Refunded, State::Done, "Payment refunded in full"),
        (PaymentStatus::Processing, State::Now, "Your bank was asked"),
    ] {
        is(
            &told(&order, &[payment(status, 899)], 1000),
            &[
                (Some(0), State::Done, "Reserved for you"),
                (Some(899), state, text),
                (Some(901), State::Failed, "Reservation lapsed"),
            ],
        );
    }
}

#[test]
fn of_an_old_order_nothing_is_invented() {
    is(
        &told(&order("complete"), &[payment(PaymentStatus::Captured, 9)], 1000),
        &[(Some(0), State::Done, "Reserved for you"), (None, State::Done, "Paid, the tickets are yours")],
    );
    let history = history(&[(OrderStatus::Created, 0)]);
    let order = OrderView { history, ..order("awaiting:payment") };
    is(
        &told(&order, &[], 10),
        &[
            (Some(0), State::Done, "Reserved for you"),
            (None, State::Now, "Payment accepted, the money is being taken"),
            (None, State::Next, "The tickets are yours"),
        ],
    );
}

#[test]
fn a_payment_begun_within_the_orders_first_second_comes_after_it() {
    let made: Timestamp = "2027-01-01T00:00:00.7Z".parse().unwrap();
    let history = vec![OrderStep { status: OrderStatus::Created, at: made }];
    let order = OrderView { history, ..order("created") };
    let told = told(&order, &[payment(PaymentStatus::Failed, 0)], 1);
    assert_eq!(told[0].2, "Reserved for you");
    assert_eq!(told[1].2, "Card declined");
}
