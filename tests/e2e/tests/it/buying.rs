//! The main road: list, reserve, pay or lapse.

use common::api::{CancelReason, OrderStatus, PaymentStatus, PaymentView, TicketStatus, TicketView};
use e2e::Market;
use serde_json::json;
use stack::FleetOptions;

#[tokio::test]
async fn two_people_trade_a_ticket() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Hamlet, stalls, row 3", 45, 2).await;
    let found: Vec<TicketView> = market.stranger().get("/api/tickets?q=hamlet").await.expect(200).read();
    assert!(found.is_empty() || found[0].id == ticket.id);

    let order = buyer.reserved(ticket.id).await;
    assert_eq!(order.status, OrderStatus::Created);
    buyer.ticket_when_available(ticket.id, 1).await;
    let edit = json!({ "title": "Dearer", "price": 90, "quantity": 2 });
    seller
        .actor()
        .put(&format!("/api/tickets/{}", ticket.id), edit)
        .await
        .expect_problem(409, "ticket_reserved");

    buyer.pay(order.id, "tok_chargeDeclined").await.expect_problem(402, "card_declined");
    let payment: PaymentView = buyer.pay(order.id, "tok_visa").await.expect(201).read();
    let order = buyer.order_when(order.id, OrderStatus::Complete).await;
    buyer
        .payment_when(payment.id, "to be captured", |payment| payment.status == PaymentStatus::Captured)
        .await;
    buyer.cancel(order.id).await.expect_problem(409, "order_not_open");
    buyer.pay(order.id, "tok_visa").await.expect_problem(409, "already_paid");

    let second = buyer.reserved(ticket.id).await;
    buyer.pay(second.id, "tok_visa").await.expect(201).read::<PaymentView>();
    buyer.order_when(second.id, OrderStatus::Complete).await;
    let sold = buyer.ticket_when_available(ticket.id, 0).await;
    testkit::eventually("the listing to be sold out", async || {
        let view: TicketView =
            seller.actor().get(&format!("/api/tickets/{}", sold.id)).await.expect(200).read();
        (view.status == TicketStatus::Sold).then_some(())
    })
    .await;
    market.invariants().with_promised([order.id, second.id]).hold().await;
}

#[tokio::test]
async fn an_unpaid_reservation_lapses_and_somebody_else_gets_the_ticket() {
    let market = Market::open_with(FleetOptions { reservation_seconds: Some(1), ..Default::default() }).await;
    let (seller, first) = (market.person("sam").await, market.person("ada").await);
    let next = market.person("bob").await;
    let ticket = seller.list("Last seat", 20, 1).await;
    let lapsed = first.reserved(ticket.id).await;
    let lapsed = first.order_when(lapsed.id, OrderStatus::Cancelled).await;
    assert_eq!(lapsed.cancel_reason, Some(CancelReason::Expired));
    first.ticket_when_available(ticket.id, 1).await;
    let refused = first.pay(lapsed.id, "tok_visa").await.expect(409);
    // By the clock or by the order's cancellation, whichever payments has heard of first.
    assert!(["order_expired", "order_not_open"].contains(&refused.code().as_str()), "{}", refused.text);
    let order = next.reserved(ticket.id).await;
    next.pay(order.id, "tok_visa").await.expect(201).read::<PaymentView>();
    // Paid in time: its deadline passes and changes nothing.
    next.order_when(order.id, OrderStatus::Complete).await;
    testkit::holds(
        "the paid order survives its deadline",
        std::time::Duration::from_millis(1500),
        async || next.order(order.id).await.status == OrderStatus::Complete,
    )
    .await;
    market.invariants().with_promised([lapsed.id, order.id]).hold().await;
}

#[tokio::test]
async fn every_service_serves_its_contract() {
    let market = Market::open().await;
    for service in ["auth", "tickets", "orders", "payments"] {
        let document =
            market.stranger().get(&format!("/api/{service}/openapi.json")).await.expect(200).json();
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{service}");
        assert!(!document["paths"].as_object().unwrap().is_empty(), "{service}");
    }
}
