//! What can happen.

use proptest::prelude::*;

use crate::gateway::Verdict;

/// Something that happens. Numbers choose among what is there, modulo its count.
#[derive(Debug, Clone)]
pub(super) enum Happening {
    Begin(Verdict),
    NameIsRecorded(usize),
    RequestArrives(usize),
    AnswerIsRecorded(usize),
    AnswerIsLost(usize),
    BuyerConfirms(usize),
    BankCancels(usize),
    BankRefunds(i64),
    BankReturnsRefund,
    SellerRefunds(i64),
    BuyerCancels,
    Expires,
    OrderEventArrives(usize),
    PaymentEventArrives(usize),
    WebhookArrives(usize),
    StepIsTaken(usize),
    StepIsRecorded(usize),
    ProcessDies,
    GatewayFalters,
    TimePasses(u64),
}

/// How an order is sold that nothing comes in the way of: where refunds begin.
pub(super) fn sold() -> Vec<Happening> {
    vec![
        Happening::OrderEventArrives(0),
        Happening::Begin(Verdict::Authorise),
        Happening::NameIsRecorded(0),
        Happening::RequestArrives(0),
        Happening::AnswerIsRecorded(0),
        Happening::PaymentEventArrives(0),
        Happening::OrderEventArrives(1),
        Happening::StepIsTaken(0),
        Happening::StepIsRecorded(0),
        Happening::PaymentEventArrives(1),
        Happening::OrderEventArrives(2),
    ]
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    let verdict = prop_oneof![
        4 => Just(Verdict::Authorise),
        1 => Just(Verdict::AuthoriseOnly),
        1 => Just(Verdict::Decline("no")),
        2 => Just(Verdict::Confirm { then_decline: None }),
        1 => Just(Verdict::Confirm { then_decline: Some("no") }),
    ];
    prop_oneof![
        4 => verdict.prop_map(Happening::Begin),
        4 => any::<usize>().prop_map(Happening::NameIsRecorded),
        4 => any::<usize>().prop_map(Happening::RequestArrives),
        4 => any::<usize>().prop_map(Happening::AnswerIsRecorded),
        1 => any::<usize>().prop_map(Happening::AnswerIsLost),
        2 => any::<usize>().prop_map(Happening::BuyerConfirms),
        1 => any::<usize>().prop_map(Happening::BankCancels),
        1 => (1_i64..2500).prop_map(Happening::BankRefunds),
        1 => Just(Happening::BankReturnsRefund),
        2 => (1_i64..2500).prop_map(Happening::SellerRefunds),
        1 => Just(Happening::BuyerCancels),
        1 => Just(Happening::Expires),
        6 => any::<usize>().prop_map(Happening::OrderEventArrives),
        6 => any::<usize>().prop_map(Happening::PaymentEventArrives),
        3 => any::<usize>().prop_map(Happening::WebhookArrives),
        6 => any::<usize>().prop_map(Happening::StepIsTaken),
        6 => any::<usize>().prop_map(Happening::StepIsRecorded),
        1 => Just(Happening::ProcessDies),
        1 => Just(Happening::GatewayFalters),
        3 => (0_u64..12).prop_map(Happening::TimePasses),
    ]
}
