use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::session::{Claims, Signer};
use serde_json::{Value, json};

use crate::app::{App, claims_of, is_let_in, is_signed_in};

fn unsigned(header: &Value, claims: &Claims, signature: &str) -> String {
    let part = |value: String| BASE64_URL_SAFE_NO_PAD.encode(value);
    format!("{}.{}.{signature}", part(header.to_string()), part(serde_json::to_string(claims).unwrap()))
}

#[tokio::test]
async fn only_a_live_token_of_a_known_key_is_a_session() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let claims = claims_of(&ada);
    let good = app.identity.signer();
    let stranger = Signer::from_pem(&Signer::generate_pem().unwrap()).unwrap();

    let genuine = good.sign(&claims).unwrap();
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let root = Claims { email: "root@example.org".parse().unwrap(), ..claims.clone() };
    let expired = Claims { exp: app.clock.now().as_second(), ..claims.clone() };
    let by_stranger = stranger.sign(&claims).unwrap();
    let stranger_as_good = {
        // The signature of another key under the good key's name.
        let header = json!({ "typ": "JWT", "alg": "EdDSA", "kid": good.kid() });
        unsigned(&header, &claims, by_stranger.rsplit_once('.').unwrap().1)
    };
    let good_as_stranger = {
        let header = json!({ "typ": "JWT", "alg": "EdDSA", "kid": stranger.kid() });
        unsigned(&header, &claims, signature)
    };
    let none = json!({ "typ": "JWT", "alg": "none", "kid": good.kid() });
    let symmetric = json!({ "typ": "JWT", "alg": "HS256", "kid": good.kid() });
    let nameless = json!({ "typ": "JWT", "alg": "EdDSA" });
    let changed = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_string(&root).unwrap());
    let bad = [
        ("alg none", unsigned(&none, &claims, "")),
        ("alg none with a signature", unsigned(&none, &claims, signature)),
        ("alg HS256", unsigned(&symmetric, &claims, signature)),
        ("no kid", unsigned(&nameless, &claims, signature)),
        ("another key", by_stranger),
        ("another key under a known name", stranger_as_good),
        ("an unknown name", good_as_stranger),
        ("expired", good.sign(&expired).unwrap()),
        ("other claims", format!("{header}.{changed}.{signature}")),
        ("no signature", format!("{signed}.")),
    ];
    for (what, token) in bad {
        let actor = app.stranger().with_cookie(&format!("session={token}"));
        assert!(!is_let_in(&actor).await, "{what}");
        assert!(!is_signed_in(&actor).await, "{what}");
        actor.delete("/api/users/sessions").await.expect_problem(401, "not_signed_in");
    }
    let genuine = app.stranger().with_cookie(&format!("session={genuine}"));
    assert!(is_let_in(&genuine).await);
    app.stop().await;
}

/// A valid signature over a session auth never opened, or of a user it does not know.
#[tokio::test]
async fn a_session_auth_does_not_know_changes_no_password() {
    let app = App::start().await;
    let ghost = app.identity.actor("ghost", &app.url(), &app.clock);
    let body = json!({ "currentPassword": "correct horse", "newPassword": "battery staple" });
    ghost.post("/api/users/password", body).await.expect_problem(401, "not_signed_in");
    ghost.delete("/api/users/sessions").await.expect_problem(401, "not_signed_in");
    app.stop().await;
}
