//! A buyer, a seller, and an order between them.

use common::{
    api::{OrderStatus, OrderView, PaymentView},
    id::{OrderId, PaymentId, TicketId},
};
use e2e::Person;
use serde_json::{Value, json};
use testkit::Answer;

use crate::{Intent, Stage, front::lock, patiently};

/// A card that pays.
pub const VISA: &str = "pm_card_visa";

/// An order on its way.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// Who sells.
    pub seller: Person,
    /// Who buys.
    pub buyer: Person,
    /// What.
    pub ticket: TicketId,
    /// The order.
    pub order: OrderId,
}

impl Stage {
    /// Somebody has listed five units at this price, and somebody else has reserved some of them.
    pub async fn purchase(&self, title: &str, price: u32, units: u32) -> Purchase {
        let (seller, buyer) = tokio::join!(self.market.person("sam"), self.market.person("bea"));
        let ticket = seller.list(title, price, 5).await.id;
        let order: OrderView = buyer.reserve_units(&[(ticket, units)]).await.expect(201).read();
        let purchase = Purchase { seller, buyer, ticket, order: order.id };
        lock(&self.purchases).push(purchase.clone());
        purchase
    }

    /// The one intent of an order that has one.
    pub async fn only_intent(&self, order: OrderId) -> Intent {
        let mut intents = self.bank.intents_of(order).await;
        assert_eq!(intents.len(), 1, "{intents:?}");
        intents.remove(0)
    }

    /// What the bank took for an order, and gave back of it.
    pub async fn moved(&self, order: OrderId) -> (i64, i64) {
        let intents = self.bank.intents_of(order).await;
        intents
            .iter()
            .fold((0, 0), |(taken, given), intent| (taken + intent.captured, given + intent.refunded))
    }
}

impl Purchase {
    /// Pays with a payment method.
    pub async fn pay(&self, method: &str) -> Answer {
        let body = json!({ "orderId": self.order, "paymentMethodId": method });
        self.buyer.actor().post("/api/payments", body).await
    }

    /// Pays as somebody who will not leave before the order is complete.
    pub async fn pays_in_the_end(&self) {
        patiently("the order to be paid", async || {
            if self.buyer.order(self.order).await.status == OrderStatus::Complete {
                return Some(());
            }
            let answer = self.pay(VISA).await;
            // Set aside; under way; declined by a bank that failed; paid or gone; unreachable.
            assert!([201, 202, 402, 409, 502, 503].contains(&answer.status), "{answer:?}");
            None
        })
        .await;
    }

    /// The order, once it is complete.
    pub async fn completes(&self) -> OrderView {
        self.buyer_sees(OrderStatus::Complete).await
    }

    /// The order, once its buyer sees it so.
    pub async fn buyer_sees(&self, status: OrderStatus) -> OrderView {
        patiently(&format!("order {} to be {status:?}", self.order), async || {
            Some(self.buyer.order(self.order).await).filter(|order| order.status == status)
        })
        .await
    }

    /// A payment, once its buyer sees what was waited for.
    pub async fn payment(
        &self,
        payment: PaymentId,
        what: &str,
        condition: impl Fn(&PaymentView) -> bool,
    ) -> PaymentView {
        patiently(&format!("payment {payment} {what}"), async || {
            let answer = self.buyer.actor().get(&format!("/api/payments/{payment}")).await;
            Some(answer.expect(200).read()).filter(&condition)
        })
        .await
    }

    /// The payments tried for the order, newest first.
    pub async fn payments(&self) -> Vec<PaymentView> {
        let path = format!("/api/payments?orderId={}", self.order);
        self.buyer.actor().get(&path).await.expect(200).read()
    }

    /// The seller gives money back; `wanted` says how much and how many units go on sale again.
    pub async fn refund(&self, payment: PaymentId, wanted: Value) -> Answer {
        self.refund_by(&self.seller, payment, wanted).await
    }

    /// Somebody tries to.
    pub async fn refund_by(&self, person: &Person, payment: PaymentId, mut wanted: Value) -> Answer {
        wanted["ticketId"] = json!(self.ticket);
        person.actor().post(&format!("/api/payments/{payment}/refunds"), wanted).await
    }
}
