//! The other premise: what finds nothing on the market's pages would find something.

use browser::{Visitor, play_live};

use crate::web::{Page, serve};

const BAD: &str = "<!DOCTYPE html><html lang=en><meta name=viewport content='width=device-width, initial-scale=1'><title>Bad</title><main><h1>Bad</h1>
    <p id=pale style='color: #ccc; background: #fff'>Hardly to be read</p><input id=nameless>
    <p id=endless style='width: 500px'>Wider than a phone</p></main>
    <script>throw new Error('a script that fails')</script>";

const JUMPING: &str =
    "<!DOCTYPE html><title>Jumping</title><div id=late></div><p style='height: 400px'>Moves</p>
    <script>let high = 0; setInterval(() => {
        high = 200 - high;
        document.getElementById('late').style.height = `${high}px`;
    }, 100)</script>";

const CALLING: &str = "<!DOCTYPE html><title>Calling</title><script src='http://127.0.0.2:9/'></script>";

async fn opens(visitor: &Visitor, address: &str) {
    visitor.browser.goto(address).await.unwrap();
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    play_live("instruments", async |cast| {
        let url = serve(
            [
                ("/bad", Page::plain(BAD)),
                ("/jumping", Page::plain(JUMPING)),
                ("/calling", Page::plain(CALLING)),
            ]
            .into(),
        );
        let visitor = cast.guest("ines").await;
        opens(&visitor, &format!("{url}/bad")).await;
        let problems = visitor.problems().await.join("\n");
        for part in ["color-contrast: #pale", "label: #nameless", "endless", "a script that fails"] {
            assert!(problems.contains(part), "{part} is not found:\n{problems}");
        }

        opens(&visitor, &format!("{url}/jumping")).await;
        testkit::eventually("the jump to be seen", async || {
            let (shift, moved) = visitor.layout_shift().await;
            (shift > 0.02 && !moved.is_empty()).then_some(())
        })
        .await;

        opens(&visitor, &format!("{url}/calling")).await;
        let fetched = visitor.fetched().await;
        assert!(fetched.iter().any(|part| part.url.starts_with("http://127.0.0.2")), "{fetched:?}");
    });
}
