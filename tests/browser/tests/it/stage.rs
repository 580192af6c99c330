//! Scenarios: a market, and the people who meet on it.

use std::{fs, panic::AssertUnwindSafe, path::Path, sync::Mutex};

use e2e::Market;
use fantoccini::Client;
use futures::FutureExt as _;
use tokio::sync::OnceCell;

use crate::{
    driver::{Driver, Scripts},
    visitor::Visitor,
};

const PICTURES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/browser");

/// The market of all scenarios that do not need one of their own. Starting one costs more than most scenarios.
static MARKET: OnceCell<Market> = OnceCell::const_new();

/// Who takes part in a scenario.
pub(crate) struct Cast {
    driver: &'static Driver,
    market: String,
    browsers: Mutex<Vec<(String, Client)>>,
}

/// Plays a scenario on the market that all share.
pub(crate) async fn play(scenario: &str, script: impl AsyncFnOnce(&Cast)) {
    // Before the market, which takes longer to say that something is missing.
    Driver::shared().await;
    let market = MARKET.get_or_init(Market::open).await;
    play_on(market.url(), scenario, script).await;
}

/// Plays a scenario on this market. If it fails, keeps a picture of what each browser showed.
pub(crate) async fn play_on(market: String, scenario: &str, script: impl AsyncFnOnce(&Cast)) {
    let cast = Cast { driver: Driver::shared().await, market, browsers: Mutex::default() };
    let passed = AssertUnwindSafe(script(&cast)).catch_unwind().await.is_ok();
    let browsers = cast.browsers.into_inner().unwrap();
    for (name, browser) in browsers {
        if !passed {
            keep(&format!("{scenario}-{name}"), &browser).await;
        }
        // A browser that does not even close has told why before; the driver's end ends it too.
        let _ = browser.close().await;
    }
    assert!(passed, "{scenario} failed; what the browsers showed is in {PICTURES}");
}

async fn keep(name: &str, browser: &Client) {
    let folder = Path::new(PICTURES);
    fs::create_dir_all(folder).unwrap();
    // Whatever can be had: the failure that is being reported may be the browser's own.
    if let Ok(picture) = browser.screenshot().await {
        fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
    if let Ok(html) = browser.source().await {
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

impl Cast {
    /// Somebody without an account, in a browser of their own.
    pub(crate) async fn guest(&self, name: &str) -> Visitor {
        let browser = self.driver.browser(Scripts::Off).await;
        self.browsers.lock().unwrap().push((name.to_owned(), browser.clone()));
        Visitor::new(name, browser, &self.market)
    }

    /// Somebody who has just signed up.
    pub(crate) async fn member(&self, name: &str) -> Visitor {
        let visitor = self.guest(name).await;
        visitor.go("/signup").await;
        visitor.gives_credentials("Sign up").await;
        visitor.is_signed_in().await;
        visitor
    }
}
