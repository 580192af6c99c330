//! Sessions across the services.

use std::time::{Duration, Instant};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use e2e::{Market, Person};
use serde_json::{Value, json};
use stack::Service;
use testkit::Identity;

/// A route of each service that only lets in who is signed in.
const PROTECTED: [(Service, &str); 3] = [
    (Service::Tickets, "/api/tickets/mine"),
    (Service::Orders, "/api/orders"),
    (Service::Payments, "/api/payments/0123456789abcdef01234567"),
];

async fn let_in(market: &Market, cookie: &str) -> usize {
    let mut count = 0;
    for (service, path) in PROTECTED {
        let answer = market.directly(service, path, cookie).await;
        count += usize::from(answer.status != 401);
    }
    let current = market.directly(Service::Auth, "/api/users/currentuser", cookie).await.json();
    count + usize::from(!current["currentUser"].is_null())
}

#[tokio::test]
async fn a_signed_out_cookie_fails_on_every_service_within_a_second() {
    let market = Market::open().await;
    let person = market.person("ada").await;
    let cookie = person.actor().cookie().unwrap().to_owned();
    assert_eq!(let_in(&market, &cookie).await, 4);
    let _ = person.actor().post("/api/users/signout", json!({})).await.expect(200);
    let signed_out = Instant::now();
    testkit::eventually("the cookie to be refused everywhere", async || {
        (let_in(&market, &cookie).await == 0).then_some(())
    })
    .await;
    assert!(signed_out.elapsed() < Duration::from_secs(1), "{:?}", signed_out.elapsed());

    // A service that starts later knows it too.
    market.fleet.restart(Service::Orders, 0).await.unwrap();
    assert_eq!(let_in(&market, &cookie).await, 0);
}

#[tokio::test]
async fn forged_tokens_are_refused_by_every_service() {
    let market = Market::open().await;
    let person: Person = market.person("ada").await;
    let cookie = person.actor().cookie().unwrap().to_owned();
    let token = cookie.split_once('=').unwrap().1;
    let parts: Vec<_> = token.split('.').collect();
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let decode = |part: &str| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, claims) = (decode(parts[0]), decode(parts[1]));

    let none =
        format!("{}.{}.", encode(&json!({ "alg": "none", "typ": "JWT", "kid": header["kid"] })), parts[1]);
    let hmac = {
        let mut forged = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        forged.kid = header["kid"].as_str().map(str::to_owned);
        jsonwebtoken::encode(&forged, &claims, &jsonwebtoken::EncodingKey::from_secret(b"guess")).unwrap()
    };
    let stranger = Identity::new();
    let other_key = stranger.signer().sign(&serde_json::from_value(claims.clone()).unwrap()).unwrap();
    let wrong_kid = {
        let forged: Vec<_> = other_key.split('.').collect();
        let mut other = decode(forged[0]);
        other["kid"] = header["kid"].clone();
        format!("{}.{}.{}", encode(&other), forged[1], forged[2])
    };
    let longer = {
        let mut claims = claims.clone();
        claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 1_000_000);
        format!("{}.{}.{}", parts[0], encode(&claims), parts[2])
    };
    for (what, token) in [
        ("none", none),
        ("hmac", hmac),
        ("other key", other_key),
        ("wrong kid", wrong_kid),
        ("changed exp", longer),
        ("nonsense", "a.b.c".to_owned()),
    ] {
        assert_eq!(let_in(&market, &format!("session={token}")).await, 0, "{what}");
    }
    assert_eq!(let_in(&market, &cookie).await, 4);
}

#[tokio::test]
async fn a_form_posted_by_another_site_is_refused() {
    let market = Market::open().await;
    let person = market.person("ada").await;
    let posts = [
        ("POST", "/api/tickets"),
        ("POST", "/api/orders"),
        ("POST", "/api/payments"),
        ("POST", "/api/users/signout"),
        ("POST", "/sell"),
        ("POST", "/signout"),
    ];
    for (method, path) in posts {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let request = person.actor().request(method, path).header(name, value);
            let answer = person.actor().send(request.form(&[("title", "x")])).await;
            assert_eq!(answer.status, 403, "{path} {name}: {}", answer.text);
        }
    }
    let current = person.actor().get("/api/users/currentuser").await.expect(200).json();
    assert!(!current["currentUser"].is_null());
}
