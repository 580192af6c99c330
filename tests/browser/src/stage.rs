//! Scenarios: a market, and the people who meet on it.

use std::{
    env, fs,
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use e2e::Market;
use fantoccini::Client;
use futures::{FutureExt as _, future::join_all};
use tokio::{runtime::Runtime, sync::OnceCell};

use crate::{
    driver::{Driver, Scripts, Seat},
    visitor::{PASSWORD, Visitor},
};

/// One for all tests of a binary, so that they can share what belongs to a runtime.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// The market of all scenarios that do not need one of their own. Starting one costs more than most scenarios.
static MARKET: OnceCell<Market> = OnceCell::const_new();

/// Who takes part in a scenario.
pub struct Cast<'a> {
    driver: &'static Driver,
    market: &'a Market,
    scripts: Scripts,
    number: u32,
    seats: Mutex<Vec<(String, Seat)>>,
}

/// Runs a test that needs more than a scenario.
pub fn on_stage<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// The market that all share.
pub async fn shared_market() -> &'static Market {
    // Before the market, which takes longer to say that something is missing.
    Driver::shared().await;
    MARKET.get_or_init(Market::open).await
}

/// Plays a scenario on the market that all share: with scripts and without, at the same time.
pub fn play(scenario: &str, script: impl AsyncFn(&Cast<'_>)) {
    on_stage(async { perform(shared_market().await, &Scripts::BOTH, scenario, script).await });
}

/// The same with scripts only, for what is there to be seen with them.
pub fn play_live(scenario: &str, script: impl AsyncFn(&Cast<'_>)) {
    on_stage(async { perform(shared_market().await, &[Scripts::On], scenario, script).await });
}

/// Plays a scenario on this market, once with each kind of browser, at the same time. If it fails, keeps a picture of
/// what each browser showed.
pub async fn perform(market: &Market, modes: &[Scripts], scenario: &str, script: impl AsyncFn(&Cast<'_>)) {
    let played = join_all(modes.iter().map(|&scripts| once(market, scripts, scenario, &script))).await;
    let failed: Vec<_> =
        modes.iter().zip(played).filter(|(_, passed)| !passed).map(|(mode, _)| mode).collect();
    let pictures = pictures();
    let pictures = pictures.display();
    assert!(
        failed.is_empty(),
        "{scenario} failed with scripts {failed:?}; what the browsers showed is in {pictures}"
    );
}

/// Cargo's target folder, as far as it can be told from where the running binary lies.
pub fn target_folder() -> PathBuf {
    let binary = env::current_exe().unwrap();
    let mut folder = binary.parent().unwrap();
    // Tests lie one level below other binaries, which lie in the folder of their profile.
    if folder.ends_with("deps") {
        folder = folder.parent().unwrap();
    }
    folder.parent().unwrap().to_owned()
}

fn pictures() -> PathBuf {
    target_folder().join("tmp/browser")
}

async fn once(market: &Market, scripts: Scripts, scenario: &str, script: &impl AsyncFn(&Cast<'_>)) -> bool {
    // Titles tell scenarios apart.
    static NUMBER: AtomicU32 = AtomicU32::new(101);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let driver = Driver::shared().await;
    let cast = Cast { driver, market, scripts, number, seats: Mutex::default() };
    let passed = AssertUnwindSafe(script(&cast)).catch_unwind().await.is_ok();
    for (name, seat) in cast.seats.into_inner().unwrap() {
        // A browser that cannot be emptied or closed is not used again; the driver's end ends it too.
        if passed {
            let _ = driver.takes_back(seat).await;
        } else {
            keep(&format!("{scenario}-{scripts:?}-{name}").to_lowercase(), &seat.browser).await;
            let _ = seat.browser.close().await;
        }
    }
    passed
}

async fn keep(name: &str, browser: &Client) {
    let folder = pictures();
    fs::create_dir_all(&folder).unwrap();
    // Whatever can be had: the failure that is being reported may be the browser's own.
    if let Ok(picture) = browser.screenshot().await {
        fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
    if let Ok(html) = browser.source().await {
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

impl Cast<'_> {
    /// The market they meet on.
    pub fn market(&self) -> &Market {
        self.market
    }

    /// A title that no other scenario has.
    pub fn titled(&self, title: &str) -> String {
        format!("{title}, take {}", self.number)
    }

    /// The landing page with what is [titled](Self::titled) in this scenario.
    pub fn landing(&self) -> String {
        format!("/?q=take+{}", self.number)
    }

    /// Somebody without an account, in a browser of their own.
    pub async fn guest(&self, name: &str) -> Visitor {
        let seat = self.driver.seat(self.scripts).await;
        self.seats.lock().unwrap().push((name.to_owned(), seat.clone()));
        Visitor::new(name, seat.browser, self.scripts, &self.market.url())
    }

    /// Somebody with an account, who is signed in. How one comes to that is told elsewhere.
    pub async fn member(&self, name: &str) -> Visitor {
        let visitor = self.guest(name).await;
        let account = self.market.stranger().sign_up(&visitor.email, PASSWORD).await;
        visitor.has_session(account.cookie().unwrap()).await;
        visitor
    }
}
