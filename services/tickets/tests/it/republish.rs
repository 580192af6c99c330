//! `tickets republish`: every listing's current state once more.

use std::process::Command;

use serde_json::json;

use crate::market::{Market, listing, sell};

#[tokio::test]
async fn every_listing_is_announced_as_it_is() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let created = sell(&ada, listing("created", 20.0, json!({}))).await.id;
    let updated = sell(&ada, listing("x", 20.0, json!({}))).await.id;
    let withdrawn = sell(&ada, listing("withdrawn", 20.0, json!({}))).await.id;
    let _ =
        ada.put(&format!("/api/tickets/{updated}"), listing("updated", 21.0, json!({}))).await.expect(200);
    let _ = ada.delete(&format!("/api/tickets/{withdrawn}")).await.expect(204);
    for (id, count) in [(created, 1), (updated, 2), (withdrawn, 2)] {
        market.until_announced(id, count).await;
    }
    // By the binary itself, as an operator does it.
    let variables =
        ["MONGODB_URI", "MONGODB_DATABASE", "NATS_URL", "STREAM_PREFIX", "JWT_JWKS_FILE", "STARTUP_SECONDS"];
    let done = Command::new(env!("CARGO_BIN_EXE_tickets"))
        .arg("republish")
        .env_clear()
        .envs(variables.map(|name| (name, market.namespace.variable(name))))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    for (id, before, kind, version) in [
        (created, 1, "ticket.created", 1),
        (updated, 2, "ticket.updated", 2),
        (withdrawn, 2, "ticket.withdrawn", 2),
    ] {
        let announced = market.until_announced(id, before + 1).await;
        assert_eq!(announced.len(), before + 1);
        let (last, state) = announced.last().unwrap();
        assert_eq!((*last, state.version), (kind, version));
        assert_eq!(Some(state), announced.get(before - 1).map(|(_, state)| state));
    }
    market.close().await;
}
