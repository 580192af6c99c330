//! The users the manifests give NATS: each service works with its own, and can do nothing in another's place.

use std::{path::Path, time::Duration};

use async_nats::{Client, ConnectOptions, Event};
use e2e::{Market, Trade};
use stack::{Access, FleetOptions, NatsOptions, Persistence, Server, Servers, Service, Stack};
use testkit::eventually;
use tokio::sync::mpsc;

use crate::listings;

/// What a service says, and the streams it hears.
const RIGHTS: [(Service, &str, &[&str]); 5] = [
    (Service::Auth, "session", &["SESSIONS"]),
    (Service::Tickets, "ticket", &["TICKETS", "ORDERS", "SESSIONS"]),
    (Service::Orders, "order", &["ORDERS", "TICKETS", "EXPIRATIONS", "PAYMENTS", "SESSIONS"]),
    (Service::Expiration, "expiration", &["ORDERS"]),
    (Service::Payments, "payment", &["ORDERS", "SESSIONS"]),
];
const STREAMS: [&str; 6] = ["TICKETS", "ORDERS", "EXPIRATIONS", "PAYMENTS", "SESSIONS", "DEAD_LETTERS"];
/// Consumers that are shared by the replicas of the service they are called after.
const CONSUMERS: [(&str, Service); 6] = [
    ("ORDERS", Service::Tickets),
    ("ORDERS", Service::Expiration),
    ("ORDERS", Service::Payments),
    ("TICKETS", Service::Orders),
    ("EXPIRATIONS", Service::Orders),
    ("PAYMENTS", Service::Orders),
];

fn password(user: &str) -> String {
    format!("p-{user}")
}

/// A NATS server with the manifests' users.
async fn nats(stack: &Stack) -> Server {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("run by cargo");
    let file = Path::new(&folder).join("../../infra/k8s/base/nats/users.conf");
    let config = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let users = RIGHTS.map(|(service, ..)| service.name()).into_iter().chain(["operator"]);
    let env = users.map(|user| (format!("PASSWORD_{user}"), password(user))).collect();
    Server::nats(stack, &NatsOptions { config, env }).await.unwrap()
}

fn url(nats: &Server, user: &str) -> String {
    format!("nats://{user}:{}@{}", password(user), nats.address())
}

#[tokio::test]
async fn each_service_works_with_its_own_user_and_oversteps_nothing() {
    let stack = Stack::temporary().unwrap();
    let servers = Servers {
        mongodb: Server::mongodb(&stack, Access::Open).await.unwrap(),
        nats: nats(&stack).await,
        redis: Server::redis(&stack, Persistence::Ephemeral).await.unwrap(),
    };
    let mut options = FleetOptions { reservation_seconds: Some(2), ..Default::default() };
    for (service, ..) in RIGHTS {
        options = options.env(service, "NATS_URL", url(&servers.nats, service.name()));
    }
    let market = Market::open_on(stack, servers, options).await;
    let tickets = listings(&market, 2).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(15).await;
    let person = market.person("ada").await;
    let _ = person.actor().post("/api/users/signout", serde_json::json!({})).await.expect(200);
    let promised = trade.stop().await;
    for (service, ..) in RIGHTS {
        market.republish(service).await;
        // auth consumes nothing, so it has none and may not look.
        if service != Service::Auth {
            assert_eq!(market.run(service, &["dead-letters", "list"]).await.unwrap(), "");
        }
    }
    market.invariants().with_promised(promised).hold().await;
    let log = std::fs::read_to_string(market.servers.nats.process().log()).unwrap();
    let violations: Vec<_> = log.lines().filter(|line| line.contains("Violation")).collect();
    assert_eq!(violations, Vec::<&str>::new());

    // Against the same server, whose streams and consumers are there now.
    for (service, says, hears) in RIGHTS {
        may_not(&market.servers.nats, service, says, hears).await;
    }
    // Somebody without a password is nobody.
    assert!(async_nats::connect(market.servers.nats.url()).await.is_err());

    // A new password: first the server, then the service. Meanwhile announcements wait.
    let renewed = [("PASSWORD_orders".to_owned(), "p-new".to_owned())];
    market.servers.nats.process().restart_with(&renewed).unwrap();
    let order = market.person("bea").await.reserved(tickets[0]).await;
    let url = format!("nats://orders:p-new@{}", market.servers.nats.address());
    market.fleet.restart_with(Service::Orders, 0, &[("NATS_URL", &url)]).await.unwrap();
    market.invariants().with_promised([order.id]).hold().await;
}

/// Tries what a service's user must not do.
async fn may_not(nats: &Server, service: Service, says: &str, hears: &[&str]) {
    let (client, mut told) = connect(nats, service.name()).await;
    let mut publishing = Vec::new();
    for (other, subject, _) in RIGHTS {
        if other != service {
            publishing.extend([format!("{subject}.created"), format!("dead.{}.x", other.name())]);
        }
    }
    for stream in STREAMS {
        for verb in ["DELETE", "PURGE", "MSG.DELETE", "MSG.GET"] {
            publishing.push(format!("$JS.API.STREAM.{verb}.{stream}"));
        }
        if !hears.contains(&stream) {
            for name in ["CREATE", "DURABLE.CREATE"] {
                publishing.push(format!("$JS.API.CONSUMER.{name}.{stream}.{}", service.name()));
            }
            publishing.push(format!("$JS.API.CONSUMER.CREATE.{stream}"));
            if stream != "DEAD_LETTERS" {
                publishing.push(format!("$JS.API.DIRECT.GET.{stream}"));
            }
        }
    }
    for (stream, owner) in CONSUMERS {
        if owner != service {
            let owner = owner.name();
            publishing.push(format!("$JS.API.CONSUMER.CREATE.{stream}.{owner}"));
            publishing.push(format!("$JS.API.CONSUMER.DELETE.{stream}.{owner}"));
            publishing.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{owner}"));
            publishing.push(format!("$JS.ACK.{stream}.{owner}.1.1.1.1.0"));
        }
    }
    let mut listening = vec![">".to_owned(), "_INBOX.>".to_owned()];
    for (other, subject, _) in RIGHTS {
        listening.push(format!("{subject}.>"));
        if other != service {
            listening.push(format!("_INBOX.{}.>", other.name()));
        }
    }

    for subject in &publishing {
        client.publish(subject.clone(), "{}".into()).await.unwrap();
    }
    let mut subscriptions = Vec::new();
    for subject in &listening {
        subscriptions.push(client.subscribe(subject.clone()).await.unwrap());
    }
    // What it may; and what nobody may, to know when everything before it has been judged.
    let own = format!("dead.{}.rehearsal", service.name());
    let own = if service == Service::Auth { format!("{says}.rehearsal") } else { own };
    for subject in [own.as_str(), "nobodys.business"] {
        client.publish(subject.to_owned(), "{}".into()).await.unwrap();
    }
    client.flush().await.unwrap();

    let publishing = publishing.iter().map(|subject| format!("publish to \"{subject}\""));
    let listening = listening.iter().map(|subject| format!("subscription to \"{subject}\""));
    let mut violations = Vec::new();
    eventually(format!("everything {} tried to be judged", service.name()), || {
        while let Ok(violation) = told.try_recv() {
            violations.push(violation.to_lowercase());
        }
        let last = violations.iter().any(|told| told.contains("nobodys.business"));
        std::future::ready(last.then_some(()))
    })
    .await;
    let refused = |what: &String| violations.iter().any(|told| told.contains(&what.to_lowercase()));
    let allowed: Vec<_> = publishing.chain(listening).filter(|what| !refused(what)).collect();
    assert_eq!(allowed, Vec::<String>::new(), "{}", service.name());
    assert!(!violations.iter().any(|told| told.contains(&own)), "{violations:?}");
}

/// Connects as somebody, and where errors are told.
async fn connect(nats: &Server, user: &str) -> (Client, mpsc::UnboundedReceiver<String>) {
    let (tell, told) = mpsc::unbounded_channel();
    let client = ConnectOptions::with_user_and_password(user.to_owned(), password(user))
        .connection_timeout(Duration::from_secs(5))
        .event_callback(move |event| {
            let tell = tell.clone();
            async move {
                if let Event::ServerError(error) = event {
                    let _ = tell.send(error.to_string());
                }
            }
        })
        .connect(nats.address().to_string())
        .await
        .unwrap();
    (client, told)
}
