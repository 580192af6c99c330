use testkit::eventually;

use crate::app::{App, PASSWORD, is_let_in, is_signed_in};

const SESSIONS: &str = "/api/users/sessions";

#[tokio::test]
async fn all_sessions_end_everywhere_and_nobody_elses() {
    let app = App::start().await;
    let replica = app.replica().await;
    let ada = app.user("ada@example.org").await;
    let other = app.sign_in("ada@example.org", PASSWORD).await;
    let bob = app.user("bob@example.org").await;

    let answer = ada.delete(SESSIONS).await.expect(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert!(!is_let_in(&ada).await && !is_let_in(&other).await);
    eventually("the other process to refuse them", async || {
        let there = (is_signed_in(&ada.at(&replica)).await, is_signed_in(&other.at(&replica)).await);
        (there == (false, false)).then_some(())
    })
    .await;
    assert!(is_let_in(&bob).await && is_signed_in(&bob.at(&replica)).await);
    ada.delete(SESSIONS).await.expect_problem(401, "not_signed_in");
    app.stranger().delete(SESSIONS).await.expect_problem(401, "not_signed_in");
    app.stop().await;
}

/// The clock of the test stands still: all of this happens within one second.
#[tokio::test]
async fn signing_in_again_within_the_same_second_works() {
    let app = App::start().await;
    let replica = app.replica().await;
    let mut past = vec![app.user("ada@example.org").await];
    for round in 1..=3 {
        past.last().unwrap().delete(SESSIONS).await.expect(204);
        app.announced(round).await;
        let current = app.sign_in("ada@example.org", PASSWORD).await;
        for old in &past {
            assert!(!is_let_in(old).await);
            eventually("the other process to refuse it", async || {
                (!is_signed_in(&old.at(&replica)).await).then_some(())
            })
            .await;
        }
        assert!(is_let_in(&current).await);
        assert!(is_signed_in(&current.at(&replica)).await);
        past.push(current);
    }
    app.stop().await;
}
