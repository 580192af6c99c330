//! Rotating what is secret: the key that signs sessions, and the password of Redis.
//!
//! Those of MongoDB and NATS are changed where their users are.

use std::path::Path;

use e2e::{Market, Trade};
use serde_json::Value;
use stack::{FleetOptions, Service};
use testkit::Actor;

/// Who reads the key set.
const VERIFIERS: [Service; 4] = [Service::Auth, Service::Tickets, Service::Orders, Service::Payments];

#[tokio::test]
async fn the_signing_key_is_rotated_step_by_step() {
    let market = Market::open().await;
    let keys = market.stack().folder().join("keys");
    let (set, new_key) = (keys.join("jwks.json"), keys.join("next.pem"));
    let old = kids(&set).remove(0);
    let before = cookie(&market).await;
    assert_eq!(let_in(&market, &before).await, VERIFIERS.len());

    // 1. A second key; its public half joins the set.
    let (set_arg, key_arg) = (set.to_str().unwrap(), new_key.to_str().unwrap());
    let made = ["generate-key", "--private-key-file", key_arg, "--jwks-file", set_arg];
    let new = market.run(Service::Auth, &made).await.unwrap().trim().to_owned();
    assert_eq!(kids(&set), [old.clone(), new.clone()]);
    // 2. Everybody who verifies learns of it, before anything is signed with it.
    restart(&market, &VERIFIERS, &[]).await;
    assert_eq!(kid(&cookie(&market).await), old);
    // 3. auth signs with it.
    restart(&market, &[Service::Auth], &[("JWT_PRIVATE_KEY_FILE", key_arg)]).await;
    let after = cookie(&market).await;
    assert_eq!(kid(&after), new);
    for cookie in [&before, &after] {
        assert_eq!(let_in(&market, cookie).await, VERIFIERS.len());
    }
    // Without the public half of its own key auth does not start.
    let whole = std::fs::read_to_string(&set).unwrap();
    drop_key(&set, &new);
    assert!(market.run(Service::Auth, &["--check-config"]).await.unwrap_err().contains(&new));
    std::fs::write(&set, whole).unwrap();
    // 4. Twelve hours later no token of the old key can be valid any more; its public half goes.
    drop_key(&set, &old);
    restart(&market, &VERIFIERS, &[]).await;
    assert_eq!(let_in(&market, &before).await, 0);
    assert_eq!(let_in(&market, &after).await, VERIFIERS.len());
}

#[tokio::test]
async fn the_password_of_redis_is_changed_while_reservations_lapse() {
    let options = FleetOptions { reservation_seconds: Some(2), ..Default::default() };
    let market = Market::open_with(options).await;
    let tickets = crate::listings(&market, 2).await;
    let trade = Trade::start(&market, 2, &tickets).await;
    trade.goes_on(5).await;
    let redis = &market.servers.redis;
    let mut root =
        redis::Client::open(redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let set = redis::cmd("CONFIG").arg("SET").arg("requirepass").arg("p-new").clone();
    let () = set.query_async(&mut root).await.unwrap();
    let url = format!("redis://:p-new@{}/0", redis.address());
    market.fleet.restart_with(Service::Expiration, 0, &[("REDIS_URL", &url)]).await.unwrap();
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
    let metrics = Actor::new(&market.fleet.admin_url(Service::Expiration, 0)).get("/metrics").await.text;
    assert!(!metrics.contains("expiration_redis_up 0"), "{metrics}");
}

async fn restart(market: &Market, services: &[Service], env: &[(&str, &str)]) {
    for service in services {
        market.fleet.restart_with(*service, 0, env).await.unwrap();
    }
}

/// A new session's.
async fn cookie(market: &Market) -> String {
    market.person("ada").await.actor().cookie().unwrap().to_owned()
}

/// How many services take the cookie for somebody's.
async fn let_in(market: &Market, cookie: &str) -> usize {
    let mut count = 0;
    for (service, path) in [
        (Service::Tickets, "/api/tickets/mine"),
        (Service::Orders, "/api/orders"),
        (Service::Payments, "/api/payments/0123456789abcdef01234567"),
    ] {
        count += usize::from(market.directly(service, path, cookie).await.status != 401);
    }
    let current = market.directly(Service::Auth, "/api/users/currentuser", cookie).await.json();
    count + usize::from(!current["currentUser"].is_null())
}

/// The name of the key that signed it.
fn kid(cookie: &str) -> String {
    let token = cookie.split_once('=').expect("a cookie has a value").1;
    let header = jsonwebtoken::decode_header(token).expect("a session is a token");
    header.kid.expect("its key has a name")
}

fn kids(set: &Path) -> Vec<String> {
    let set: Value = serde_json::from_str(&std::fs::read_to_string(set).unwrap()).unwrap();
    let keys = set["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// As `jq` does it in docs/operations.md.
fn drop_key(set: &Path, kid: &str) {
    let mut content: Value = serde_json::from_str(&std::fs::read_to_string(set).unwrap()).unwrap();
    content["keys"].as_array_mut().unwrap().retain(|key| key["kid"] != kid);
    std::fs::write(set, content.to_string()).unwrap();
}
