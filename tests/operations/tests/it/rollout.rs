//! A rolling restart of everything while people buy and look around: nobody notices.

use std::time::Duration;

use e2e::{Departure, Market, Trade};
use futures::future::join_all;
use stack::{FleetOptions, Service};

use crate::{listings, visitors::Visitors};

/// How long a process that is told to stop serves on, and moves its callers' connections elsewhere. Longer than the client
/// keeps a connection that is not in use.
const DRAIN_DELAY: Duration = Duration::from_secs(4);
/// What it has to end after that. So the manifests set it too.
const SHUTDOWN: Duration = Duration::from_secs(20);

#[tokio::test]
async fn every_replica_is_replaced_under_load_and_no_request_fails() {
    let mut options = FleetOptions { replicas: 2, reservation_seconds: Some(3), ..Default::default() };
    for service in Service::ALL {
        options = options.env(service, "DRAIN_DELAY_SECONDS", DRAIN_DELAY.as_secs().to_string());
    }
    let mut market = Market::open_with(options).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    let visitors = Visitors::start(&market, 3, &tickets).await;
    // Open streams must not keep their process alive.
    let path = format!("/api/tickets/events?ids={}", tickets[0]);
    let _streams = [market.stranger().events(&path, None).await, market.stranger().events(&path, None).await];

    let mut departing = Vec::new();
    for service in Service::ALL {
        departing.extend(market.roll(service).await);
        trade.goes_on(3).await;
        visitors.go_on(10).await;
    }
    let departed: Vec<_> = join_all(departing).await.into_iter().map(|gone| gone.unwrap()).collect();

    let troubles = trade.tally().troubles();
    let promised = trade.stop().await;
    let visited = visitors.stop().await;
    assert_eq!([troubles, visited.troubles()].concat(), Vec::<String>::new());
    assert_eq!(departed.len(), 2 * Service::ALL.len());
    for Departure { name, exit, took, log } in &departed {
        assert_eq!(*exit, Some(0), "{name}: {log}");
        assert!(*took < DRAIN_DELAY + SHUTDOWN, "{name} took {took:?}");
        assert!(!log.contains("did not end within SHUTDOWN_SECONDS"), "{name}: {log}");
    }
    // A page says what is missing instead of failing, so its own log has to be asked.
    let mut clients: Vec<String> =
        departed.into_iter().filter(|gone| gone.name.starts_with("client")).map(|gone| gone.log).collect();
    for replica in 0..market.fleet.addresses(Service::Client).len() {
        clients.push(std::fs::read_to_string(market.fleet.process(Service::Client, replica).log()).unwrap());
    }
    for log in &clients {
        let missed =
            log.lines().filter(|line| line.contains("no usable answer") || line.contains("could not answer"));
        assert_eq!(missed.collect::<Vec<_>>(), Vec::<&str>::new());
    }
    market.invariants().with_promised(promised).hold().await;
}
