//! What people do on the market.

use common::{
    api::{OrderStatus, OrderView, PaymentView, TicketView},
    id::{OrderId, PaymentId, TicketId},
};
use serde_json::{Value, json};
use testkit::{Actor, Answer, eventually};

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person(Actor);

/// The body of a listing.
pub fn listing(title: &str, price: u32, quantity: u32) -> Value {
    json!({ "title": title, "price": price, "quantity": quantity, "city": "Leipzig", "category": "theatre" })
}

impl Person {
    pub(crate) fn new(actor: Actor) -> Self {
        Self(actor)
    }

    /// For requests in any other form.
    pub fn actor(&self) -> &Actor {
        &self.0
    }

    /// Lists a ticket.
    pub async fn list(&self, title: &str, price: u32, quantity: u32) -> TicketView {
        self.0.post("/api/tickets", listing(title, price, quantity)).await.expect(201).read()
    }

    /// Asks for one unit.
    pub async fn reserve(&self, ticket: TicketId) -> Answer {
        self.0.post("/api/orders", json!({ "ticketId": ticket })).await
    }

    /// Asks for several listings at once.
    pub async fn reserve_units(&self, units: &[(TicketId, u32)]) -> Answer {
        let items: Vec<_> = units
            .iter()
            .map(|(ticket, quantity)| json!({ "ticketId": ticket, "quantity": quantity }))
            .collect();
        self.0.post("/api/orders", json!({ "items": items })).await
    }

    /// Gets one unit.
    pub async fn reserved(&self, ticket: TicketId) -> OrderView {
        self.reserve(ticket).await.expect(201).read()
    }

    /// Pays.
    pub async fn pay(&self, order: OrderId, token: &str) -> Answer {
        self.0.post("/api/payments", json!({ "orderId": order, "token": token })).await
    }

    /// Gives an order up.
    pub async fn cancel(&self, order: OrderId) -> Answer {
        self.0.delete(&format!("/api/orders/{order}")).await
    }

    /// An own order.
    pub async fn order(&self, order: OrderId) -> OrderView {
        self.0.get(&format!("/api/orders/{order}")).await.expect(200).read()
    }

    /// An own order, once it has this status.
    pub async fn order_when(&self, order: OrderId, status: OrderStatus) -> OrderView {
        eventually(format!("order {order} to be {status:?}"), async || {
            Some(self.order(order).await).filter(|order| order.status == status)
        })
        .await
    }

    /// An own payment, once it meets the condition.
    pub async fn payment_when(
        &self,
        payment: PaymentId,
        what: &str,
        condition: impl Fn(&PaymentView) -> bool,
    ) -> PaymentView {
        eventually(format!("payment {payment} {what}"), async || {
            let view: PaymentView = self.0.get(&format!("/api/payments/{payment}")).await.expect(200).read();
            Some(view).filter(&condition)
        })
        .await
    }

    /// A listing, once this many units can be reserved.
    pub async fn ticket_when_available(&self, ticket: TicketId, available: u32) -> TicketView {
        eventually(format!("ticket {ticket} to have {available} left"), async || {
            let view: TicketView = self.0.get(&format!("/api/tickets/{ticket}")).await.expect(200).read();
            Some(view).filter(|view| view.available == available)
        })
        .await
    }
}
