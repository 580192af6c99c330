//! Exactly the allowed changes, and what is told of each state.

use common::{api::OrderStatus, events::OrderState, id::Id};

use super::*;

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
        items: Vec::new(),
    });
    Payment::begin(
        Attempt { id: PaymentId::generate(now(), [3; 8]), number: 1, gateway: "sandbox" },
        &order,
        now(),
    )
}

type Change = (&'static str, fn(Payment) -> Result<Transition, IllegalTransition>);

const CHANGES: [Change; 6] = [
    ("require_action", |payment| payment.require_action("r".into(), "s".into(), now())),
    ("authorize", |payment| payment.authorize("r".into(), now())),
    ("capture", |payment| payment.capture(now())),
    ("fail", |payment| payment.fail("no", now())),
    ("void", |payment| payment.void("late", now())),
    ("refund", |payment| payment.refund("late", now())),
];

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
    let table: [(&[&str], &[&str], Option<&str>); 7] = [
        (&[], &["require_action", "authorize", "fail"], None),
        (&["require_action"], &["authorize", "fail", "void"], Some("require_action")),
        (&["authorize"], &["capture", "fail", "void"], Some("authorize")),
        (&["authorize", "capture"], &["refund"], Some("capture")),
        (&["fail"], &[], Some("fail")),
        (&["authorize", "void"], &[], Some("void")),
        (&["authorize", "capture", "refund"], &[], Some("refund")),
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
        &["authorize", "capture", "refund"],
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
    let told = after(&["authorize", "capture", "refund"]).announcement().unwrap();
    assert_eq!(told.kind(), "payment.refunded");
    let Event::PaymentRefunded(state) = told else { panic!("another event") };
    assert_eq!((state.version, state.reason.as_deref()), (4, Some("late")));
}

#[test]
fn the_client_secret_is_shown_only_while_it_is_needed() {
    assert_eq!(after(&["require_action"]).view().client_secret.as_deref(), Some("s"));
    assert_eq!(after(&["require_action", "authorize"]).view().client_secret, None);
}
