//! The last line: if a page of ours did hold something that is not ours, the browser would not run it.

use std::collections::BTreeMap;

use browser::{Driver, Scripts, on_stage, shared_market};
use fantoccini::Locator;
use serde_json::Value;
use testkit::eventually;

use crate::web::{Page, serve};

/// Each of these says that it ran, in the way its name tells.
const PLANTED: &str = r#"
    <script>document.documentElement.dataset.script = 'ran'</script>
    <script src="/planted.js"></script>
    <script type="module">document.documentElement.dataset.module = 'ran'</script>
    <img id="handler" src="data:," alt="" onerror="document.documentElement.dataset.handler = 'ran'">
    <svg onload="document.documentElement.dataset.svg = 'ran'"></svg>
    <iframe srcdoc="<script>parent.document.documentElement.dataset.frame = 'ran'</script>"></iframe>
    <a id="address" href="javascript:void(document.documentElement.dataset.address = 'ran')">planted</a>
    <style>:root { --planted: ran }</style>
    <p id="dressed" style="--planted: ran">planted</p>
    <form id="form" action="/elsewhere"><button name="planted">planted</button></form>
"#;

const RAN: [&str; 7] = ["address", "frame", "handler", "module", "remote", "script", "svg"];

/// What is done where nothing else would tell.
const STATE: &str = "return {
    ran: Object.keys(document.documentElement.dataset).filter((name) => name !== 'islands').sort(),
    sheet: getComputedStyle(document.documentElement).getPropertyValue('--planted'),
    style: getComputedStyle(document.getElementById('dressed')).getPropertyValue('--planted'),
}";

#[test]
fn what_is_planted_in_a_page_runs_without_its_policy_and_not_with_it() {
    on_stage(async {
        let market = shared_market().await;
        let answer = market.stranger().get("/").await.expect(200);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(!policy.is_empty(), "the page has no policy");
        let planted = answer.text.replacen("</main>", &format!("{PLANTED}</main>"), 1);
        assert_ne!(planted, answer.text, "nothing could be planted");
        let remote = "document.documentElement.dataset.remote = 'ran'";
        let pages = BTreeMap::from([
            ("/without", Page::plain(planted.clone())),
            ("/with", Page::plain(planted).with("content-security-policy", policy)),
            ("/planted.js", Page::script(remote)),
        ]);
        let url = serve(pages);
        let browser = Driver::shared().await.browser(Scripts::On).await;

        let state = async |path: &str| -> Value {
            browser.goto(&format!("{url}{path}")).await.unwrap();
            browser.find(Locator::Id("address")).await.unwrap().click().await.unwrap();
            browser.execute(STATE, Vec::new()).await.unwrap()
        };
        let without = state("/without").await;
        // The planted link's script runs after the click was answered.
        let without = eventually("everything that was planted to run", async || {
            let now = browser.execute(STATE, Vec::new()).await.unwrap();
            (now["ran"] == serde_json::json!(RAN)).then_some(now)
        })
        .await
        .as_object()
        .cloned()
        .unwrap_or_else(|| panic!("{without}"));
        assert_eq!((&without["sheet"], &without["style"]), (&"ran".into(), &"ran".into()));

        let with = state("/with").await;
        assert_eq!(with, serde_json::json!({ "ran": [], "sheet": "", "style": "" }));
        // The form may be sent, but only to the market.
        let form = browser.find(Locator::Css("#form button")).await.unwrap();
        browser
            .execute("document.getElementById('form').action = 'http://127.0.0.2:9/'", Vec::new())
            .await
            .unwrap();
        form.click().await.unwrap();
        assert!(browser.current_url().await.unwrap().as_str().ends_with("/with"));
        assert_eq!(browser.execute(STATE, Vec::new()).await.unwrap(), with, "later");
        browser.close().await.unwrap();
    });
}
