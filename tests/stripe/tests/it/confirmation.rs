//! Cards whose bank wants the buyer to confirm: 3-D Secure.

use common::api::{OrderStatus, PaymentStatus, PaymentView};
use futures::join;
use stripe::{Purchase, Stage, VISA, play};

/// Wants to be confirmed, and pays then.
pub(crate) const CONFIRMED: &str = "4000002760003184";
/// Wants to be confirmed, and is declined then.
const CONFIRMED_AND_DECLINED: &str = "4000008260003178";

#[test]
fn buyers_confirm_fail_to_or_change_their_minds() {
    play(async |stage| {
        join!(
            a_confirmed_payment_goes_on(stage),
            a_failed_confirmation_leaves_the_order_to_another_card(stage),
            a_confirmed_card_may_be_declined(stage),
            another_card_cancels_the_first(stage),
            a_cancelled_order_cancels_the_intent(stage),
        );
    });
}

/// A payment that waits for its buyer.
pub(crate) struct Waiting {
    pub(crate) payment: PaymentView,
    pub(crate) intent: String,
    secret: String,
}

impl Waiting {
    pub(crate) async fn with_card(stage: &Stage, purchase: &Purchase, number: &str) -> Self {
        let card = stage.bank.card(number).await;
        let payment: PaymentView = purchase.pay(&card).await.expect(202).read();
        assert_eq!(payment.status, PaymentStatus::RequiresAction);
        let secret = payment.client_secret.clone().expect("what the page needs to confirm");
        let (intent, _) = secret.split_once("_secret_").expect("it begins with the intent");
        let intent = intent.to_owned();
        Self { payment, intent, secret }
    }

    pub(crate) async fn confirm(&self, stage: &Stage, success: bool) -> u16 {
        stage.bank.authenticate(&self.intent, &self.secret, success).await
    }
}

async fn a_confirmed_payment_goes_on(stage: &Stage) {
    let purchase = stage.purchase("Confirmed", 40, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    assert_eq!(stage.moved(purchase.order).await, (0, 0));
    assert_eq!(waiting.confirm(stage, true).await, 200);
    // localstripe tells nobody: the market has to ask.
    purchase.completes().await;
    let payment = purchase
        .payment(waiting.payment.id, "to be captured", |seen| seen.status == PaymentStatus::Captured)
        .await;
    assert_eq!(payment.client_secret, None, "nothing is left to confirm");
    assert_eq!(stage.only_intent(purchase.order).await.captured, 40_00);
}

async fn a_failed_confirmation_leaves_the_order_to_another_card(stage: &Stage) {
    let purchase = stage.purchase("Wrong code", 40, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    assert_eq!(waiting.confirm(stage, false).await, 200);
    let failed =
        purchase.payment(waiting.payment.id, "to fail", |seen| seen.status == PaymentStatus::Failed).await;
    assert!(failed.reason.is_some(), "the buyer is told why");
    assert_eq!(purchase.buyer.order(purchase.order).await.status, OrderStatus::Created);
    purchase.pay(VISA).await.expect(201);
    purchase.completes().await;
    assert_eq!(stage.moved(purchase.order).await, (40_00, 0));
}

async fn a_confirmed_card_may_be_declined(stage: &Stage) {
    let purchase = stage.purchase("In vain", 40, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED_AND_DECLINED).await;
    assert_eq!(waiting.confirm(stage, true).await, 402);
    purchase.payment(waiting.payment.id, "to fail", |seen| seen.status == PaymentStatus::Failed).await;
    assert_eq!(purchase.buyer.order(purchase.order).await.status, OrderStatus::Created);
}

async fn another_card_cancels_the_first(stage: &Stage) {
    let purchase = stage.purchase("Second thoughts", 40, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
    assert_ne!(payment.id, waiting.payment.id);
    purchase.completes().await;
    assert_eq!(stage.bank.intent(&waiting.intent).await["status"], "canceled");
    assert_eq!(waiting.confirm(stage, true).await, 400, "it is too late to confirm");
    let first = purchase.payment(waiting.payment.id, "to be over", |seen| {
        matches!(seen.status, PaymentStatus::Voided | PaymentStatus::Failed)
    });
    assert!(first.await.reason.is_some());
    assert_eq!(stage.moved(purchase.order).await, (40_00, 0));
}

async fn a_cancelled_order_cancels_the_intent(stage: &Stage) {
    let purchase = stage.purchase("Given up", 40, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    purchase.buyer.cancel(purchase.order).await.expect(204);
    purchase.buyer_sees(OrderStatus::Cancelled).await;
    stripe::patiently("the intent to be canceled", async || {
        (stage.bank.intent(&waiting.intent).await["status"] == "canceled").then_some(())
    })
    .await;
    purchase.payment(waiting.payment.id, "to be voided", |seen| seen.status == PaymentStatus::Voided).await;
    assert_eq!(waiting.confirm(stage, true).await, 400, "it is too late to confirm");
}
