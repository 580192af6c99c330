//! Everything is lost; databases come back from snapshots, and the market goes on.

use std::path::Path;

use e2e::{Market, Trade};
use futures::TryStreamExt;
use mongodb::{
    Client,
    bson::{Document, doc},
};
use stack::{FleetOptions, NatsOptions, Persistence, Server, Servers, Service, Stack};

use crate::listings;

/// What is taken from the older of two snapshots. orders and payments have to be of one moment: one knows what was
/// promised, the other what was paid for it.
const OLDER: [Service; 3] = [Service::Auth, Service::Tickets, Service::Expiration];

fn options() -> FleetOptions {
    FleetOptions { reservation_seconds: Some(2), ..Default::default() }
}

#[tokio::test]
async fn databases_of_different_moments_are_brought_into_step_by_republish() {
    let backups = Stack::temporary().unwrap();
    let (older, newer) = (backups.folder().join("older"), backups.folder().join("newer"));
    let promised = {
        let market = Market::open_with(options()).await;
        let tickets = listings(&market, 4).await;
        let trade = Trade::start(&market, 4, &tickets).await;
        trade.goes_on(15).await;
        market.servers.mongodb.snapshot_mongodb(market.stack(), &older).unwrap();
        trade.goes_on(15).await;
        // Answered before the snapshot, so in it.
        let promised = trade.promised();
        market.servers.mongodb.snapshot_mongodb(market.stack(), &newer).unwrap();
        trade.goes_on(5).await;
        trade.stop().await;
        promised
        // And everything is gone: databases, streams, timers.
    };

    let stack = Stack::temporary().unwrap();
    let servers = Servers {
        mongodb: Server::mongodb_restored(&stack, &newer).await.unwrap(),
        nats: Server::nats(&stack, &NatsOptions::default()).await.unwrap(),
        redis: Server::redis(&stack, Persistence::Ephemeral).await.unwrap(),
    };
    take_back(&servers.mongodb, &older).await;
    let market = Market::open_on(stack, servers, options()).await;
    for service in Service::ALL.into_iter().filter(|service| service.owns_data()) {
        market.republish(service).await;
    }
    market.invariants().with_promised(promised).hold().await;

    // Business goes on where it stopped.
    let tickets = listings(&market, 2).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(10).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
    for service in Service::ALL.into_iter().filter(|service| service.owns_data()) {
        assert_eq!(market.run(service, &["dead-letters", "list"]).await.unwrap(), "");
    }
}

/// Replaces some databases by what they were in an older snapshot, as `mongorestore --drop --nsInclude` does.
async fn take_back(server: &Server, snapshot: &Path) {
    let beside = Stack::temporary().unwrap();
    let old = Server::mongodb_restored(&beside, snapshot).await.unwrap();
    let old = Client::with_uri_str(old.url()).await.map(|client| (client, old)).unwrap();
    let new = Client::with_uri_str(server.url()).await.unwrap();
    let mut changed = 0;
    for service in OLDER {
        let (from, to) = (old.0.database(service.name()), new.database(service.name()));
        for name in from.list_collection_names().await.unwrap() {
            let documents = from.collection::<Document>(&name).find(doc! {}).await.unwrap();
            let documents: Vec<Document> = documents.try_collect().await.unwrap();
            let to = to.collection::<Document>(&name);
            let present: Vec<Document> = to.find(doc! {}).await.unwrap().try_collect().await.unwrap();
            changed += present.iter().filter(|document| !documents.contains(document)).count();
            to.delete_many(doc! {}).await.unwrap();
            if !documents.is_empty() {
                to.insert_many(documents).await.unwrap();
            }
        }
    }
    assert!(changed > 0, "the snapshots are of one moment");
}
