//! What has happened to an order and what comes next, from its history and its payments.

use common::{
    api::{CancelReason, OrderStatus, OrderView, PaymentStatus, PaymentView},
    id::Id as _,
};
use islands::t;
use jiff::Timestamp;

use super::{
    stage::{Stage, reserved_at},
    time,
};

/// A step on the way from reserving to the end of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    what: What,
    /// Since when; not known of what is to come, and of some steps of old orders.
    pub(crate) at: Option<Timestamp>,
    pub(crate) state: State,
}

/// How a step is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Done,
    /// It went wrong, or ended the order.
    Failed,
    /// It is going on.
    Now,
    /// It is still to come.
    Next,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Came(OrderStatus, Option<CancelReason>),
    Payment {
        status: PaymentStatus,
        /// The order was given up, so the money goes back.
        returns: bool,
        /// A bank's reason to decline.
        reason: Option<String>,
    },
    PayBy(Timestamp),
    GoesBack,
    Yours,
}

/// All steps, oldest first; what is to come last.
pub(crate) fn steps(order: &OrderView, payments: &[PaymentView], stage: Stage) -> Vec<Step> {
    let mut steps: Vec<Step> = came(order);
    let start = reserved_at(order);
    // Newest first, as they came; and a payment's id tells its time to the second only, which may be before the order's.
    let begun = payments.iter().rev().filter(|payment| is_news(order.status, stage, payment.status));
    steps.extend(begun.map(|payment| Step {
        what: What::Payment {
            status: payment.status,
            returns: order.status == OrderStatus::Cancelled,
            reason: payment.reason.clone().filter(|_| payment.status == PaymentStatus::Failed),
        },
        at: Some(payment.id.created_at().max(start)),
        state: payment_state(payment.status),
    }));
    // Stable: at the same moment the order's own step comes first. What has no time is the latest.
    steps.sort_by_key(|step| step.at.unwrap_or(Timestamp::MAX));
    let to_come = |what, state| Step { what, at: None, state };
    match stage {
        Stage::ToPay => {
            steps.push(to_come(What::PayBy(order.expires_at), State::Now));
            steps.push(to_come(What::Yours, State::Next));
        }
        Stage::ToConfirm | Stage::UnderWay => steps.push(to_come(What::Yours, State::Next)),
        Stage::Lapsing => steps.push(to_come(What::GoesBack, State::Now)),
        Stage::Complete | Stage::Cancelled(_) => {}
    }
    steps
}

/// The states the order has been in.
fn came(order: &OrderView) -> Vec<Step> {
    let step = |status, at| Step {
        what: What::Came(status, order.cancel_reason),
        at,
        state: match status {
            OrderStatus::AwaitingPayment if order.status == status => State::Now,
            OrderStatus::Created | OrderStatus::AwaitingPayment | OrderStatus::Complete => State::Done,
            OrderStatus::Cancelled => State::Failed,
        },
    };
    let mut steps: Vec<_> = order.history.iter().map(|known| step(known.status, Some(known.at))).collect();
    let knows = |status| order.history.iter().any(|known| known.status == status);
    if !knows(OrderStatus::Created) {
        steps.insert(0, step(OrderStatus::Created, Some(reserved_at(order))));
    }
    if order.status != OrderStatus::Created && !knows(order.status) {
        steps.push(step(order.status, None));
    }
    steps
}

/// Whether a payment tells something that the order's own steps do not.
fn is_news(order: OrderStatus, stage: Stage, payment: PaymentStatus) -> bool {
    match (order, payment) {
        // While there is time the buyer is asked; an answer that never came is nothing that happened.
        (_, PaymentStatus::RequiresAction) => stage == Stage::ToConfirm,
        (
            OrderStatus::AwaitingPayment | OrderStatus::Complete,
            PaymentStatus::Authorized | PaymentStatus::Captured,
        ) => false,
        _ => true,
    }
}

fn payment_state(payment: PaymentStatus) -> State {
    match payment {
        PaymentStatus::Failed => State::Failed,
        PaymentStatus::Voided | PaymentStatus::Refunded => State::Done,
        // Of an order that was given up this is the money's way back.
        PaymentStatus::Processing
        | PaymentStatus::RequiresAction
        | PaymentStatus::Authorized
        | PaymentStatus::Captured => State::Now,
    }
}

impl Step {
    /// In words.
    pub(crate) fn text(&self) -> String {
        match &self.what {
            What::Came(OrderStatus::Created, _) => t!("step-reserved"),
            What::Came(OrderStatus::AwaitingPayment, _) if self.state == State::Now => t!("step-taking"),
            What::Came(OrderStatus::AwaitingPayment, _) => t!("step-accepted"),
            What::Came(OrderStatus::Complete, _) => t!("step-complete"),
            What::Came(OrderStatus::Cancelled, reason) => cancelled(*reason),
            What::Payment { status, returns, .. } => paid(*status, *returns),
            What::PayBy(deadline) => t!("step-pay", time = time::clock(*deadline)),
            What::GoesBack => t!("step-lapsing"),
            What::Yours => t!("step-yours"),
        }
    }

    /// A bank's own words, which are in English.
    pub(crate) fn reason(&self) -> Option<&str> {
        match &self.what {
            What::Payment { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }
}

fn cancelled(reason: Option<CancelReason>) -> String {
    match reason {
        Some(CancelReason::Buyer) => t!("step-cancelled-buyer"),
        Some(CancelReason::Expired) => t!("step-cancelled-expired"),
        Some(CancelReason::TicketWithdrawn) => t!("step-cancelled-withdrawn"),
        Some(CancelReason::PaymentFailed) => t!("step-cancelled-payment"),
        None => t!("step-cancelled"),
    }
}

fn paid(status: PaymentStatus, returns: bool) -> String {
    match status {
        PaymentStatus::Processing => t!("step-asked"),
        PaymentStatus::RequiresAction => t!("step-confirm"),
        PaymentStatus::Authorized if returns => t!("step-releasing"),
        PaymentStatus::Authorized => t!("step-set-aside"),
        PaymentStatus::Captured if returns => t!("step-refunding"),
        PaymentStatus::Captured => t!("step-charged"),
        PaymentStatus::Failed => t!("step-declined"),
        PaymentStatus::Voided => t!("step-released"),
        PaymentStatus::Refunded => t!("step-refunded"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use common::{
        api::OrderStep,
        id::{OrderId, PaymentId},
    };
    use islands::words::Language;

    use super::*;
    use crate::render::said_in;

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
        steps
            .iter()
            .map(|step| (seconds(step), step.state, said_in(Language::English, || step.text())))
            .collect()
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
        assert_eq!(steps.iter().filter_map(Step::reason).collect::<Vec<_>>(), ["No."]);
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
            (
                PaymentStatus::Authorized,
                State::Now,
                "Payment authorised too late; the amount is being released",
            ),
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
}
