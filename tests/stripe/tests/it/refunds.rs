//! Money given back: in part, as a whole, by sellers and by operators.

use common::api::{OrderStatus, PaymentStatus, PaymentView, RefundStatus, RefundView, TicketView};
use futures::{future::join_all, join};
use serde_json::{Value, json};
use stack::Service;
use stripe::{Call, Purchase, Stage, VISA, play};
use testkit::Answer;

#[test]
fn money_goes_back_to_its_buyer() {
    play(async |stage| {
        join!(
            a_seller_gives_back_a_part_then_a_unit_then_the_rest(stage),
            an_operator_gives_back(stage),
            nobody_else_gives_back(stage),
            no_more_is_given_back_than_was_taken(stage),
        );
    });
}

/// An order of three units at 20 that was paid.
async fn paid(stage: &Stage, title: &str) -> (Purchase, PaymentView) {
    let purchase = stage.purchase(title, 20, 3).await;
    let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
    purchase.completes().await;
    let payment =
        purchase.payment(payment.id, "to be captured", |seen| seen.status == PaymentStatus::Captured).await;
    (purchase, payment)
}

/// The payment once a refund that was asked for is done.
async fn done(purchase: &Purchase, answer: Answer) -> PaymentView {
    assert!([201, 202].contains(&answer.status), "{answer:?}");
    let refund: RefundView = answer.read();
    purchase
        .payment(refund.payment_id, "to have its refund", |seen| {
            seen.refunds.iter().any(|seen| seen.id == refund.id && seen.status == RefundStatus::Done)
        })
        .await
}

async fn available(purchase: &Purchase) -> u32 {
    let ticket: TicketView =
        purchase.buyer.actor().get(&format!("/api/tickets/{}", purchase.ticket)).await.expect(200).read();
    ticket.available
}

async fn a_seller_gives_back_a_part_then_a_unit_then_the_rest(stage: &Stage) {
    let (purchase, payment) = paid(stage, "Gala").await;
    purchase.buyer.ticket_when_available(purchase.ticket, 2).await;

    let part = json!({ "amount": 5.5, "reason": "A pillar in the way" });
    let seen = done(&purchase, purchase.refund(payment.id, part).await).await;
    assert_eq!((seen.refunded.0.get(), seen.status), (5_50, PaymentStatus::Captured));
    assert_eq!(seen.refunds[0].reason, "A pillar in the way");
    assert_eq!(stage.moved(purchase.order).await, (60_00, 5_50));

    let unit = json!({ "amount": 20, "relistUnits": 1, "reason": "One guest is ill" });
    let seen = done(&purchase, purchase.refund(payment.id, unit).await).await;
    assert_eq!(seen.refunded.0.get(), 25_50);
    purchase.buyer.ticket_when_available(purchase.ticket, 3).await;
    let order = stripe::patiently("the order to tell what was returned", async || {
        Some(purchase.buyer.order(purchase.order).await).filter(|order| order.items[0].returned == 1)
    })
    .await;
    assert_eq!(order.status, OrderStatus::Complete);

    let rest = json!({ "reason": "Called off" });
    let seen = done(&purchase, purchase.refund(payment.id, rest).await).await;
    assert_eq!((seen.refunded.0.get(), seen.refunds.len()), (60_00, 3));
    let seen =
        purchase.payment(payment.id, "to be refunded", |seen| seen.status == PaymentStatus::Refunded).await;
    assert_eq!(stage.moved(purchase.order).await, (60_00, 60_00));
    assert!(seen.refunds.iter().all(|refund| refund.status == RefundStatus::Done), "{seen:?}");
    assert_eq!(purchase.buyer.order(purchase.order).await.status, OrderStatus::Complete);
    let again = purchase.refund(payment.id, json!({ "amount": 1 })).await;
    assert!([400, 409].contains(&again.status), "nothing is left: {again:?}");
}

async fn operator(stage: &Stage, arguments: &[&str]) -> (bool, String) {
    let payments = stage.market.fleet.process(Service::Payments, 0);
    let output = payments.run_once(&[&["refund"], arguments].concat()).await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

async fn an_operator_gives_back(stage: &Stage) {
    let (purchase, payment) = paid(stage, "Concert").await;
    let (id, ticket) = (payment.id.to_string(), purchase.ticket.to_string());
    let reason = ["--reason", "The band is late"];
    let part = [&["--payment", &id, "--ticket", &ticket, "--amount", "12.50", "--relist", "1"], &reason[..]];
    let (fine, said) = operator(stage, &part.concat()).await;
    assert!(fine, "{said}");
    let seen =
        purchase.payment(payment.id, "to be refunded in part", |seen| seen.refunded.0.get() == 12_50).await;
    assert_eq!(seen.refunds[0].reason, "The band is late");
    purchase.buyer.ticket_when_available(purchase.ticket, 3).await;

    let too_much = [&["--payment", &id, "--ticket", &ticket, "--amount", "47.51"], &reason[..]].concat();
    let (fine, said) = operator(stage, &too_much).await;
    assert!(!fine, "{said}");
    let nobodys = [&["--payment", &ticket], &reason[..]].concat();
    assert!(!operator(stage, &nobodys).await.0, "there is no such payment");

    let (fine, said) = operator(stage, &[&["--payment", &id], &reason[..]].concat()).await;
    assert!(fine, "{said}");
    purchase.payment(payment.id, "to be refunded", |seen| seen.status == PaymentStatus::Refunded).await;
    stripe::patiently("the bank to have given everything back", async || {
        (stage.moved(purchase.order).await == (60_00, 60_00)).then_some(())
    })
    .await;
}

async fn nobody_else_gives_back(stage: &Stage) {
    let (purchase, payment) = paid(stage, "Opera").await;
    let wanted = || json!({ "amount": 20 });
    let stranger = stage.market.person("eve").await;
    for person in [&purchase.buyer, &stranger] {
        let refused = purchase.refund_by(person, payment.id, wanted()).await;
        assert!([403, 404].contains(&refused.status), "{refused:?}");
    }
    let path = format!("/api/payments/{}/refunds", payment.id);
    let body = json!({ "ticketId": purchase.ticket, "amount": 20 });
    stage.market.stranger().post(&path, body).await.expect(401);
    assert!(stage.bank.asked(Call::REFUND, purchase.order).is_empty());
}

async fn no_more_is_given_back_than_was_taken(stage: &Stage) {
    let (purchase, payment) = paid(stage, "Circus").await;
    for (wanted, field) in [
        (json!({ "amount": 60.01 }), "amount"),
        (json!({ "amount": 0 }), "amount"),
        (json!({ "amount": -5 }), "amount"),
        (json!({ "amount": 1.005 }), "amount"),
        (json!({ "amount": 20, "relistUnits": 4 }), "relistUnits"),
    ] {
        let refused = purchase.refund(payment.id, wanted.clone()).await;
        assert!([400, 409].contains(&refused.status), "{wanted}: {refused:?}");
        let names_it = refused.errors().iter().any(|(named, _)| named == field);
        assert!(refused.status == 409 || names_it, "{wanted}: {refused:?}");
    }
    assert!(stage.bank.asked(Call::REFUND, purchase.order).is_empty());

    // Five clicks on a button that gives everything back.
    let clicks =
        join_all((0..5).map(|_| purchase.refund(payment.id, Value::Object(serde_json::Map::default()))));
    let clicks = clicks.await;
    assert!(clicks.iter().any(|answer| answer.status < 300), "{clicks:?}");
    let seen =
        purchase.payment(payment.id, "to be refunded", |seen| seen.status == PaymentStatus::Refunded).await;
    assert_eq!(seen.refunded.0.get(), 60_00);
    assert_eq!(stage.moved(purchase.order).await, (60_00, 60_00));
    assert!(available(&purchase).await <= 5);
}
