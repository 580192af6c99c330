//! Two of everything, side by side.

use e2e::{Market, Trade};
use stack::Service;

use crate::{listings, short_reservations};

#[tokio::test]
async fn two_replicas_of_every_service_work_as_one_and_one_may_die() {
    let market = Market::open_with(short_reservations(2)).await;
    let tickets = listings(&market, 6).await;
    let trade = Trade::start(&market, 6, &tickets).await;
    trade.goes_on(20).await;
    for service in Service::ALL {
        market.fleet.kill9(service, 0);
        trade.goes_on(3).await;
        market.fleet.restart(service, 0).await.unwrap();
    }
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}
