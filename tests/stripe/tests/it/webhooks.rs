//! What the bank tells by itself, and what somebody tells in its name.

use std::time::Duration;

use common::api::{MovementKind, MovementView, PaymentStatus, PaymentView};
use futures::{future::join_all, join};
use serde_json::json;
use stack::Service;
use stripe::{Call, Stage, VISA, WEBHOOK_SECRET, Webhook, play, play_alone};

use crate::confirmation::{CONFIRMED, Waiting};

const CAPTURABLE: &str = "payment_intent.amount_capturable_updated";

#[test]
fn events_come_early_twice_late_and_from_others() {
    play(async |stage| {
        join!(
            an_event_may_come_before_the_answer(stage),
            an_event_may_come_twice_and_after_later_ones(stage),
            a_forged_event_is_refused(stage),
            what_is_of_no_concern_is_taken(stage),
            a_refund_made_at_the_bank_is_noted(stage),
            a_dispute_takes_the_money_from_its_seller(stage),
        );
    });
}

async fn an_event_may_come_before_the_answer(stage: &Stage) {
    let purchase = stage.purchase("Overtaken", 15, 1).await;
    let hold = stage.bank.hold(Call::CONFIRM, purchase.order);
    let (answer, seen) = join!(purchase.pay(VISA), async {
        hold.reached().await;
        let intent = stage.only_intent(purchase.order).await;
        assert!(intent.holds_money());
        let event = Webhook::new(CAPTURABLE, &stage.bank.intent(&intent.id).await);
        stage.bank.sends(&stage.market, &event).await.expect(200);
        let payments = purchase.payments().await;
        hold.release();
        payments
    });
    assert_eq!(seen.len(), 1);
    assert_ne!(seen[0].status, PaymentStatus::Processing, "the event alone has told it");
    let payment: PaymentView = answer.expect(201).read();
    assert_eq!(payment.id, seen[0].id);
    purchase.completes().await;
    assert_eq!(stage.only_intent(purchase.order).await.captured, 15_00);
}

async fn an_event_may_come_twice_and_after_later_ones(stage: &Stage) {
    let purchase = stage.purchase("Told and told again", 15, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    let asked = Webhook::new("payment_intent.requires_action", &stage.bank.intent(&waiting.intent).await);
    assert_eq!(waiting.confirm(stage, true).await, 200);
    let authorised = Webhook::new(CAPTURABLE, &stage.bank.intent(&waiting.intent).await);
    let told = join_all((0..5).map(|_| stage.bank.sends(&stage.market, &authorised))).await;
    assert!(told.iter().all(|answer| answer.status == 200), "{told:?}");
    purchase.completes().await;
    let captured = purchase
        .payment(waiting.payment.id, "to be captured", |seen| seen.status == PaymentStatus::Captured)
        .await;
    let succeeded = Webhook::new("payment_intent.succeeded", &stage.bank.intent(&waiting.intent).await);
    for event in [&succeeded, &succeeded, &authorised, &asked] {
        stage.bank.sends(&stage.market, event).await.expect(200);
    }
    let after = purchase.payment(waiting.payment.id, "to be there", |_| true).await;
    assert_eq!(after, captured, "nothing changes any more");
    assert_eq!(stage.moved(purchase.order).await, (15_00, 0));
}

async fn a_forged_event_is_refused(stage: &Stage) {
    let purchase = stage.purchase("Not paid", 15, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    let before = purchase.payment(waiting.payment.id, "to be there", |_| true).await;
    let mut intent = stage.bank.intent(&waiting.intent).await;
    intent["status"] = json!("requires_capture");
    let event = Webhook::new(CAPTURABLE, &intent);
    let other = Webhook::new(CAPTURABLE, &json!({ "id": waiting.intent }));
    let now = Duration::ZERO;
    let genuine = event.signed(WEBHOOK_SECRET, now);
    for (what, signature) in [
        ("no signature", None),
        ("an empty one", Some(String::new())),
        ("no scheme", Some(genuine.replace("v1=", ""))),
        ("another scheme", Some(genuine.replace("v1=", "v0="))),
        ("no time", Some(genuine.split_once(',').unwrap().1.to_owned())),
        ("another time", Some(genuine.replacen("t=", "t=1", 1))),
        ("another secret", Some(event.signed("whsec_guessed", now))),
        ("no secret", Some(event.signed("", now))),
        ("another body's", Some(other.signed(WEBHOOK_SECRET, now))),
        ("six minutes old", Some(event.signed(WEBHOOK_SECRET, Duration::from_mins(6)))),
        ("cut short", Some(genuine[..genuine.len() - 2].to_owned())),
    ] {
        let answer = event.deliver(&stage.market, signature.as_deref()).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        assert!(!answer.text.contains(WEBHOOK_SECRET), "{what}");
    }
    let broken = Webhook { body: "{".to_owned() };
    stage.bank.sends(&stage.market, &broken).await.expect(400);
    let after = purchase.payment(waiting.payment.id, "to be there", |_| true).await;
    assert_eq!(after, before, "nothing has changed");

    // Genuine, and yet not true: the bank is asked, not believed.
    stage.bank.sends(&stage.market, &event).await.expect(200);
    let after = purchase.payment(waiting.payment.id, "to be there", |_| true).await;
    assert_eq!(after.status, PaymentStatus::RequiresAction);
    purchase.buyer.cancel(purchase.order).await.expect(204);
}

async fn what_is_of_no_concern_is_taken(stage: &Stage) {
    let nobodys =
        json!({ "id": "pi_nobodyHere", "object": "payment_intent", "status": "succeeded", "metadata": {} });
    for event in [
        Webhook::new("payment_intent.succeeded", &nobodys),
        Webhook::new("customer.created", &json!({ "id": "cus_1", "object": "customer" })),
        Webhook::new("something.unheard_of", &json!({ "object": "something" })),
    ] {
        // Anything else would be sent again for days.
        let answer = stage.bank.sends(&stage.market, &event).await;
        assert_eq!(answer.status, 200, "{}: {}", event.body, answer.text);
    }
    // While a secret is being changed, both sign.
    let event = Webhook::new("payment_intent.succeeded", &nobodys);
    let genuine = event.signed(WEBHOOK_SECRET, Duration::ZERO);
    let (time, genuine) = genuine.split_once(',').unwrap();
    let both = format!("{time},v1={},{genuine},v0=old", "0".repeat(64));
    event.deliver(&stage.market, Some(&both)).await.expect(200);
}

async fn a_refund_made_at_the_bank_is_noted(stage: &Stage) {
    let purchase = stage.purchase("Given back by hand", 15, 2).await;
    let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
    purchase.completes().await;
    let intent = stage.only_intent(purchase.order).await.id;
    let refund = stage.bank.gives_back(&intent, 7_50).await;
    let event = Webhook::new("refund.created", &refund);
    for _ in 0..2 {
        stage.bank.sends(&stage.market, &event).await.expect(200);
    }
    let seen =
        purchase.payment(payment.id, "to have the bank's refund", |seen| seen.refunded.0.get() == 7_50).await;
    assert_eq!(seen.refunds.len(), 1, "{seen:?}");
    assert!(stage.bank.asked(Call::REFUND, purchase.order).is_empty(), "nobody asked for it");
}

async fn a_dispute_takes_the_money_from_its_seller(stage: &Stage) {
    let purchase = stage.purchase("Disputed", 15, 1).await;
    purchase.pay(VISA).await.expect(201);
    purchase.completes().await;
    let intent = stage.only_intent(purchase.order).await.id;
    let dispute = json!({ "id": "dp_1", "object": "dispute", "payment_intent": intent, "amount": 15_00 });
    let opened = Webhook::new("charge.dispute.created", &dispute);
    let withdrawn = Webhook::new("charge.dispute.funds_withdrawn", &dispute);
    let reinstated = Webhook::new("charge.dispute.funds_reinstated", &dispute);
    let movements = async |kind| {
        let all: Vec<MovementView> =
            purchase.seller.actor().get("/api/payments/movements").await.expect(200).read();
        let of_kind = all.into_iter().filter(|movement| movement.kind == kind);
        of_kind.collect::<Vec<_>>()
    };
    for event in [&opened, &withdrawn, &withdrawn] {
        stage.bank.sends(&stage.market, event).await.expect(200);
    }
    let taken = movements(MovementKind::Dispute).await;
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].debit.0.get() > 0 && taken[0].order_id == Some(purchase.order), "{taken:?}");
    for event in [&reinstated, &withdrawn, &reinstated] {
        stage.bank.sends(&stage.market, event).await.expect(200);
    }
    let given = movements(MovementKind::DisputeReversed).await;
    assert_eq!(given.len(), 1, "{given:?}");
    assert_eq!(given[0].credit, taken[0].debit);
    assert_eq!(movements(MovementKind::Dispute).await, taken);
}

#[test]
fn what_the_bank_tells_is_heard_without_asking() {
    play_alone(async |stage| {
        let payments = |seconds| stage.market.fleet.restart_with(Service::Payments, 0, seconds);
        // So that nothing but the event can have been the reason.
        payments(&[("RECONCILE_SECONDS", "3600")]).await.unwrap();
        let purchase = stage.purchase("Told", 15, 1).await;
        let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
        assert_eq!(waiting.confirm(stage, true).await, 200);
        let event = Webhook::new(CAPTURABLE, &stage.bank.intent(&waiting.intent).await);
        stage.bank.sends(&stage.market, &event).await.expect(200);
        purchase.completes().await;

        // localstripe tells this one itself.
        let declined = stage.purchase("Told otherwise", 15, 1).await;
        let waiting = Waiting::with_card(stage, &declined, "4000008260003178").await;
        assert_eq!(waiting.confirm(stage, true).await, 402);
        declined.payment(waiting.payment.id, "to fail", |seen| seen.status == PaymentStatus::Failed).await;
        payments(&[("RECONCILE_SECONDS", "1")]).await.unwrap();
    });
}
