//! Chromium and its driver.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use stack::{Process, Program, Stack, ports, tools};
use tokio::{net::TcpStream, sync::OnceCell};

const READY_WITHIN: Duration = Duration::from_secs(20);

/// Whether a browser runs the scripts of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    Off,
    On,
}

/// A running chromedriver. It and its browsers are one process group, which ends with this process at the latest.
pub(crate) struct Driver {
    url: String,
    browser: PathBuf,
    profiles: AtomicU32,
    _process: Process,
    // Last, so that it outlives the process it watches over.
    stack: Stack,
}

/// One for all tests of this binary.
static DRIVER: OnceCell<Driver> = OnceCell::const_new();

impl Driver {
    /// The driver, started by whoever asks first.
    pub(crate) async fn shared() -> &'static Self {
        DRIVER.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        // Both are looked for first, so that a missing one is named before anything is waited for.
        let browser = tools::browser().unwrap_or_else(|error| panic!("{error}"));
        let program = tools::CHROMEDRIVER.find().unwrap_or_else(|error| panic!("{error}"));
        let stack = Stack::temporary().unwrap();
        let address = ports::free().unwrap();
        let temporary = stack.subfolder("tmp").unwrap();
        let program = Program::new("chromedriver", program)
            .arg(format!("--port={}", address.port()))
            // Browsers that are killed leave things there, and the stack's folder is removed in any case.
            .env("TMPDIR", temporary.display().to_string())
            // The order in which a date is typed follows the language.
            .env("LANGUAGE", "en_US")
            .env("LANG", "en_US.UTF-8");
        let process = stack.spawn(program).unwrap_or_else(|error| panic!("{error}"));
        let listens =
            || async { TcpStream::connect(address).await.map(drop).map_err(|error| error.to_string()) };
        process.ready(READY_WITHIN, listens).await.unwrap_or_else(|error| panic!("{error}"));
        let url = format!("http://{address}");
        Self { url, browser, profiles: AtomicU32::new(0), _process: process, stack }
    }

    /// A new browser with nothing in it.
    pub(crate) async fn browser(&self, scripts: Scripts) -> Client {
        let number = self.profiles.fetch_add(1, Ordering::Relaxed);
        let profile = self.stack.subfolder(&format!("profile-{number}")).unwrap();
        let allowed = match scripts {
            Scripts::On => 1,
            Scripts::Off => 2,
        };
        let options = json!({
            "binary": self.browser,
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--lang=en-US",
                "--window-size=1200,1400",
                format!("--user-data-dir={}", profile.display()),
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": allowed },
        });
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.url)
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}"))
    }
}
