//! The users the manifests give MongoDB: each service works with its own, and may nothing with another's database.

use e2e::{Market, Trade};
use mongodb::{
    Client,
    bson::{Document, doc},
    error::{Error, ErrorKind},
};
use stack::{Access, FleetOptions, NatsOptions, Persistence, Server, Servers, Service, Stack};

use testkit::eventually;

use crate::listings;

const OWNERS: [Service; 5] =
    [Service::Auth, Service::Tickets, Service::Orders, Service::Expiration, Service::Payments];
/// What `infra/k8s/base/mongodb/init.js` gives each.
const ROLES: &str = "[{ role: 'readWrite', db: service }]";

fn url(server: &Server, user: &str, database: &str) -> String {
    let address = server.address();
    format!("mongodb://{user}:p-{user}@{address}/?directConnection=true&authSource={database}")
}

/// A server with somebody who may do everything, and each service's user.
async fn mongodb(stack: &Stack) -> Server {
    let server = Server::mongodb(stack, Access::Users).await.unwrap();
    let first = Client::with_uri_str(server.url()).await.unwrap();
    let root = doc! { "createUser": "root", "pwd": "p-root", "roles": [{ "role": "root", "db": "admin" }] };
    first.database("admin").run_command(root).await.unwrap();
    let root = url(&server, "root", "admin");
    let client = Client::with_uri_str(&root).await.unwrap();
    for service in OWNERS.map(Service::name) {
        let roles = [doc! { "role": "readWrite", "db": service }];
        let user = doc! { "createUser": service, "pwd": format!("p-{service}"), "roles": &roles[..] };
        client.database(service).run_command(user).await.unwrap();
    }
    server.with_url(root)
}

#[tokio::test]
async fn each_service_works_with_its_own_user_and_sees_no_other_database() {
    let init = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/k8s/base/mongodb/init.js");
    assert!(std::fs::read_to_string(init).unwrap().contains(ROLES), "the manifests give other roles");

    let stack = Stack::temporary().unwrap();
    let servers = Servers {
        mongodb: mongodb(&stack).await,
        nats: Server::nats(&stack, &NatsOptions::default()).await.unwrap(),
        redis: Server::redis(&stack, Persistence::Ephemeral).await.unwrap(),
    };
    let mut options = FleetOptions { reservation_seconds: Some(2), ..Default::default() };
    for service in OWNERS {
        let own = url(&servers.mongodb, service.name(), service.name());
        options = options.env(service, "MONGODB_URI", own);
    }
    let market = Market::open_on(stack, servers, options).await;
    let tickets = listings(&market, 2).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(15).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;

    for service in OWNERS {
        let own = url(&market.servers.mongodb, service.name(), service.name());
        let client = Client::with_uri_str(own).await.unwrap();
        client.database(service.name()).collection::<Document>("notes").insert_one(doc! {}).await.unwrap();
        for other in OWNERS.into_iter().filter(|other| *other != service) {
            let database = client.database(other.name());
            let collection = database.collection::<Document>("orders");
            let what = format!("{} in the database of {}", service.name(), other.name());
            refused(&what, collection.find_one(doc! {}).await);
            refused(&what, collection.insert_one(doc! {}).await);
            refused(&what, collection.delete_many(doc! {}).await);
            refused(&what, database.list_collection_names().await);
            refused(&what, database.run_command(doc! { "createUser": "x", "pwd": "x", "roles": [] }).await);
        }
        let admin = client.database("admin");
        refused("users", admin.run_command(doc! { "usersInfo": 1 }).await);
    }
    // A new password: first the server, then the service.
    let root = Client::with_uri_str(market.servers.mongodb.url()).await.unwrap();
    let renewed = doc! { "updateUser": "orders", "pwd": "p-new" };
    root.database("orders").run_command(renewed).await.unwrap();
    let own = url(&market.servers.mongodb, "orders", "orders");
    let old = Client::with_uri_str(&own).await.unwrap();
    assert!(old.database("orders").collection::<Document>("orders").find_one(doc! {}).await.is_err());
    let renewed = own.replace("p-orders", "p-new");
    market.fleet.restart_with(Service::Orders, 0, &[("MONGODB_URI", &renewed)]).await.unwrap();
    let bea = market.person("bea").await;
    // What the killed process had in a transaction is free again after five seconds.
    eventually("a reservation to succeed", async || {
        (bea.reserve(tickets[0]).await.status == 201).then_some(())
    })
    .await;

    // Nobody is let in without a name.
    let address = market.servers.mongodb.address();
    let nobody = Client::with_uri_str(format!("mongodb://{address}/?directConnection=true")).await.unwrap();
    refused("nobody", nobody.database("orders").collection::<Document>("orders").find_one(doc! {}).await);
}

/// It failed for want of the right to do it, and for nothing else.
#[track_caller]
fn refused<T>(what: &str, outcome: Result<T, Error>) {
    const UNAUTHORIZED: i32 = 13;
    let Err(error) = outcome else { panic!("{what}: allowed") };
    let code = match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        _ => None,
    };
    assert_eq!(code, Some(UNAUTHORIZED), "{what}: {error}");
}
