//! Chromium and its driver.

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, error::CmdError};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use stack::{Process, Program, Stack, ports, tools};
use tokio::{net::TcpStream, sync::OnceCell};

use crate::{console, devtools};

const READY_WITHIN: Duration = Duration::from_secs(20);

/// Whether a browser runs the scripts of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// As its user forbade them.
    Off,
    /// As browsers come.
    On,
}

impl Scripts {
    /// What every flow has to work with.
    pub const BOTH: [Self; 2] = [Self::On, Self::Off];
}

/// A browser, and whether it runs scripts.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) browser: Client,
    pub(crate) scripts: Scripts,
}

/// A running chromedriver. It and its browsers are one process group, which ends with this process at the latest.
pub struct Driver {
    url: String,
    browser: PathBuf,
    profiles: AtomicU32,
    /// Browsers that nobody sits at any more. To start one costs as much as several pages.
    free: Mutex<Vec<Seat>>,
    _process: Process,
    // Last, so that it outlives the process it watches over.
    stack: Stack,
}

/// One for all tests of a binary.
static DRIVER: OnceCell<Driver> = OnceCell::const_new();

impl Driver {
    /// The driver, started by whoever asks first.
    pub async fn shared() -> &'static Self {
        DRIVER.get_or_init(Self::start).await
    }

    /// A driver of one's own.
    pub async fn start() -> Self {
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
        Self { url, browser, profiles: AtomicU32::new(0), free: Mutex::default(), _process: process, stack }
    }

    /// A browser with nothing in it, to be given [back](Self::takes_back).
    pub(crate) async fn seat(&self, scripts: Scripts) -> Seat {
        let free = {
            let mut free = self.free.lock().unwrap();
            free.iter().position(|seat| seat.scripts == scripts).map(|index| free.swap_remove(index))
        };
        match free {
            Some(seat) => seat,
            None => Seat { browser: self.browser(scripts).await, scripts },
        }
    }

    /// Empties a browser for whoever comes next.
    pub(crate) async fn takes_back(&self, seat: Seat) -> Result<(), CmdError> {
        let browser = &seat.browser;
        let used = browser.windows().await?;
        // What was set for a tab goes with it, its history and its emulated screen among others.
        let fresh = browser.new_window(true).await?;
        for window in used {
            browser.switch_to_window(window).await?;
            browser.close_window().await?;
        }
        browser.switch_to_window(fresh.handle).await?;
        for command in ["Network.clearBrowserCookies", "Network.clearBrowserCache"] {
            devtools::tell(browser, command, json!({})).await;
        }
        console::lines(browser).await;
        self.free.lock().unwrap().push(seat);
        Ok(())
    }

    /// A new browser with nothing in it.
    pub async fn browser(&self, scripts: Scripts) -> Client {
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
                "--disable-extensions",
                // Without a graphics card everything that moves is drawn by the processor, sixty times a second.
                "--force-prefers-reduced-motion",
                "--lang=en-US",
                "--window-size=1200,1400",
                format!("--user-data-dir={}", profile.display()),
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": allowed },
        });
        let capabilities = [
            ("goog:chromeOptions".to_owned(), options),
            // What scripts complain of, and what the page's policy forbade.
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ];
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.into_iter().collect())
            .connect(&self.url)
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}"))
    }
}
