use async_nats::jetstream;
use serde_json::json;
use testkit::eventually;

use crate::app::{App, PASSWORD, is_signed_in};

#[tokio::test]
async fn a_lost_stream_is_told_every_live_revocation_again() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let ended = app.sign_in("ada@example.org", PASSWORD).await;
    let bob = app.user("bob@example.org").await;
    let carol = app.user("carol@example.org").await;
    ended.post("/api/users/signout", json!({})).await.expect(200);
    bob.delete("/api/users/sessions").await.expect(204);
    let told = app.announced(2).await;

    let nats = async_nats::connect(app.namespace.variable("NATS_URL")).await.unwrap();
    let stream = format!("{}_SESSIONS", app.namespace.name().to_uppercase());
    jetstream::new(nats).delete_stream(&stream).await.unwrap();
    eventually("the stream to be made again", async || {
        // The service itself follows it, and restores it.
        app.running.republish().await.is_ok_and(|count| count == 2).then_some(())
    })
    .await;
    let again = app.announced(2).await;
    assert!(told.iter().all(|revoked| again.contains(revoked)), "{told:?} {again:?}");

    let replica = app.replica().await;
    for gone in [&ended, &bob] {
        assert!(!is_signed_in(&gone.at(&replica)).await);
    }
    for here in [&ada, &carol] {
        assert!(is_signed_in(&here.at(&replica)).await);
    }
    app.stop().await;
}
