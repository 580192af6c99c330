//! Many buyers at once.

use common::{
    api::OrderView,
    events::{Event, Stream},
    id::TicketId,
};
use testkit::{Actor, Answer};

use crate::actors::{Buyer, Market};

async fn all_at_once(buyers: &[Actor], units: &'static [u32], tickets: Vec<TicketId>) -> Vec<Answer> {
    let asks: Vec<_> = buyers
        .iter()
        .map(|buyer| {
            let (buyer, tickets) = (buyer.clone(), tickets.clone());
            tokio::spawn(async move {
                let wanted: Vec<_> = tickets.into_iter().zip(units.iter().copied()).collect();
                buyer.reserve_units(&wanted).await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.unwrap());
    }
    answers
}

fn won(answers: Vec<Answer>) -> Vec<OrderView> {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    for answer in lost {
        answer.expect_problem(409, "ticket_unavailable");
    }
    won.iter().map(Answer::read).collect()
}

#[tokio::test]
async fn one_seat_sixty_four_buyers_one_order() {
    let market = Market::open().await;
    let buyers: Vec<_> = (0..64).map(|n| market.buyer(&format!("buyer{n}"))).collect();
    for _ in 0..5 {
        let ticket = market.list(1).await;
        assert_eq!(won(all_at_once(&buyers, &[1], vec![ticket.id]).await).len(), 1);
        assert_eq!(market.units(ticket.id).await, (1, 0));
    }
    market.close().await;
}

#[tokio::test]
async fn ten_seats_sixty_four_buyers_ten_orders() {
    let market = Market::open().await;
    let buyers: Vec<_> = (0..64).map(|n| market.buyer(&format!("buyer{n}"))).collect();
    let ticket = market.list(10).await;
    assert_eq!(won(all_at_once(&buyers, &[1], vec![ticket.id]).await).len(), 10);
    assert_eq!(market.units(ticket.id).await, (10, 0));
    market.close().await;
}

#[tokio::test]
async fn of_two_baskets_that_share_a_listing_one_wins_whole_and_the_other_holds_nothing() {
    let market = Market::open().await;
    for _ in 0..5 {
        let (left, shared, right) = (market.list(1).await, market.list(1).await, market.list(1).await);
        let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
        let baskets = ([(left.id, 1), (shared.id, 1)], [(shared.id, 1), (right.id, 1)]);
        let (one, two) = tokio::join!(ada.reserve_units(&baskets.0), bob.reserve_units(&baskets.1));
        assert_eq!(won(vec![one.clone(), two]).len(), 1);
        let (winner, loser) = if one.status == 201 { (left.id, right.id) } else { (right.id, left.id) };
        assert_eq!(market.units(winner).await, (1, 0));
        assert_eq!(market.units(shared.id).await, (1, 0));
        assert_eq!(market.units(loser).await, (0, 0));
    }
    market.close().await;
}

#[tokio::test]
async fn two_processes_on_one_database_never_sell_a_seat_twice() {
    let market = Market::open().await;
    let twin = market.twin().await;
    let buyers: Vec<_> = (0..32)
        .map(|n| {
            let buyer = market.buyer(&format!("buyer{n}"));
            if n % 2 == 0 { buyer } else { buyer.at(&twin) }
        })
        .collect();
    for _ in 0..3 {
        let (one, ten) = (market.list(1).await, market.list(10).await);
        assert_eq!(won(all_at_once(&buyers, &[1], vec![one.id]).await).len(), 1);
        let orders = won(all_at_once(&buyers, &[1], vec![ten.id]).await);
        assert_eq!(orders.len(), 10);
        assert_eq!(market.units(ten.id).await, (10, 0));
    }
    market.close().await;
}

#[tokio::test]
async fn cancel_and_expiry_and_payment_at_once_end_in_one_of_them() {
    let market = Market::open().await;
    for _ in 0..5 {
        let ticket = market.list(1).await;
        let ada = market.buyer("ada");
        let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
        market.advance(901);
        let authorized =
            Market::payment(&order, market.new_payment(), common::api::PaymentStatus::Authorized);
        let authorized = Event::PaymentAuthorized(authorized);
        let path = format!("/api/orders/{}", order.id);
        let (cancelled, (), ()) = tokio::join!(
            ada.delete(&path),
            market.expire(order.id, order.expires_at),
            market.broker.publish(&authorized),
        );
        market.quiet(Stream::Expirations).await;
        market.quiet(Stream::Payments).await;
        let end = ada.order(order.id).await;
        let (held, sold) = market.units(ticket.id).await;
        match end.status {
            common::api::OrderStatus::Cancelled => assert_eq!((held, sold), (0, 0)),
            common::api::OrderStatus::AwaitingPayment => {
                assert_eq!((held, sold), (1, 0));
                cancelled.expect_problem(409, "order_not_open");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(end.version, 2);
    }
    market.close().await;
}
