//! Money that would come after the seat is gone.

use common::api::{CancelReason, OrderStatus, PaymentStatus};
use futures::join;
use stack::Service;
use stripe::{Call, Stage, VISA, patiently, play_alone};

use crate::confirmation::{CONFIRMED, Waiting};

#[test]
fn what_comes_after_the_lapse_is_given_back() {
    play_alone(async |stage| {
        let restart = async |service, name, seconds| {
            stage.market.fleet.restart_with(service, 0, &[(name, seconds)]).await.unwrap();
        };
        restart(Service::Orders, "RESERVATION_SECONDS", "4").await;
        // It would find the late authorisation in time, and the order would be paid.
        restart(Service::Payments, "RECONCILE_SECONDS", "3600").await;
        join!(
            a_confirmation_that_never_comes(stage),
            an_authorisation_that_comes_too_late(stage),
            a_payment_in_time_outlives_the_deadline(stage),
        );
        restart(Service::Orders, "RESERVATION_SECONDS", "900").await;
        restart(Service::Payments, "RECONCILE_SECONDS", "1").await;
    });
}

async fn a_confirmation_that_never_comes(stage: &Stage) {
    let purchase = stage.purchase("Forgotten", 15, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    let order = purchase.buyer_sees(OrderStatus::Cancelled).await;
    assert_eq!(order.cancel_reason, Some(CancelReason::Expired));
    let payment =
        purchase.payment(waiting.payment.id, "to be voided", |seen| seen.status == PaymentStatus::Voided);
    assert!(payment.await.reason.is_some(), "the buyer is told why");
    assert_eq!(stage.bank.intent(&waiting.intent).await["status"], "canceled");
    assert_eq!(waiting.confirm(stage, true).await, 400, "it is too late to confirm");
}

async fn an_authorisation_that_comes_too_late(stage: &Stage) {
    let purchase = stage.purchase("Too late", 15, 1).await;
    let hold = stage.bank.hold(Call::CONFIRM, purchase.order);
    let (answer, ()) = join!(purchase.pay(VISA), async {
        hold.reached().await;
        assert!(stage.only_intent(purchase.order).await.holds_money());
        purchase.buyer_sees(OrderStatus::Cancelled).await;
        hold.release();
    });
    assert!([201, 202, 402, 409].contains(&answer.status), "{answer:?}");
    patiently("the money to be let go", async || {
        let intents = stage.bank.intents_of(purchase.order).await;
        intents.iter().all(|intent| intent.status == "canceled").then_some(())
    })
    .await;
    patiently("the buyer to see it", async || {
        let payments = purchase.payments().await;
        payments.iter().all(|payment| payment.status == PaymentStatus::Voided).then_some(())
    })
    .await;
}

async fn a_payment_in_time_outlives_the_deadline(stage: &Stage) {
    let purchase = stage.purchase("In time", 15, 1).await;
    purchase.pay(VISA).await.expect(201);
    let order = purchase.completes().await;
    patiently("the deadline to pass", async || {
        (common::clock::Clock::System.now() > order.expires_at).then_some(())
    })
    .await;
    testkit::holds("the paid order survives it", std::time::Duration::from_secs(1), async || {
        purchase.buyer.order(purchase.order).await.status == OrderStatus::Complete
    })
    .await;
    assert_eq!(stage.moved(purchase.order).await, (15_00, 0));
}
