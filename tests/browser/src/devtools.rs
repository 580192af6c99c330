//! What `WebDriver` itself cannot do: another screen, another colour scheme, pictures of whole pages.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use fantoccini::{Client, wd::WebDriverCompatibleCommand};
use http::Method;
use serde_json::{Value, json};
use url::Url;

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// In CSS pixels.
    pub width: u32,
    /// Whether its user wants dark pages.
    pub dark: bool,
}

impl Look {
    /// Every look that pages are made for.
    pub const ALL: [Self; 4] = [Self::DESKTOP, Self::DESKTOP_DARK, Self::PHONE, Self::PHONE_DARK];
    /// A desktop's window.
    pub const DESKTOP: Self = Self { width: 1280, dark: false };
    /// The same, dark.
    pub const DESKTOP_DARK: Self = Self { width: 1280, dark: true };
    /// The narrowest phone.
    pub const PHONE: Self = Self { width: 360, dark: false };
    /// The same, dark.
    pub const PHONE_DARK: Self = Self { width: 360, dark: true };

    /// `dark` or `light`.
    pub fn mode(self) -> &'static str {
        if self.dark { "dark" } else { "light" }
    }

    fn is_phone(self) -> bool {
        self.width < 600
    }
}

/// Once everything has been drawn anew, and what changes slowly is done; the end of one change may begin another.
const DRAWN: &str = "(async () => {
    for (let round = 0; round < 20; round += 1) {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const changes = document.getAnimations();
        if (changes.length === 0) break;
        await Promise.allSettled(changes.map(({ finished }) => finished));
    }
})()";

/// A command to the driver beyond the standard's: its path below the session, and its body.
#[derive(Debug)]
pub(crate) struct Beyond(pub(crate) &'static str, pub(crate) Value);

impl WebDriverCompatibleCommand for Beyond {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

/// One command of the browser's own protocol.
pub(crate) async fn tell(browser: &Client, command: &str, parameters: Value) -> Value {
    let body = json!({ "cmd": command, "params": parameters });
    let answer = browser.issue_cmd(Beyond("goog/cdp/execute", body)).await;
    answer.unwrap_or_else(|error| panic!("{command}: {error}"))
}

/// Runs an expression in the page, outside its policy, and returns what it comes to once it is settled.
pub(crate) async fn evaluate(browser: &Client, expression: &str) -> Value {
    let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let answer = tell(browser, "Runtime.evaluate", parameters).await;
    let problem = &answer["exceptionDetails"];
    assert!(problem.is_null(), "a test's script failed: {problem}");
    answer["result"]["value"].clone()
}

/// Runs a script in every page from now on, before its own.
pub(crate) async fn run_first(browser: &Client, script: &str) {
    tell(browser, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
}

/// Looks at pages like this from now on. Nothing moves, so that what is seen does not depend on the moment.
pub(crate) async fn look(browser: &Client, look: Look) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": look.mode() },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    tell(browser, "Emulation.setEmulatedMedia", json!({ "features": features })).await;
    // They would take another width on each machine.
    tell(browser, "Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
    let metrics = json!({
        "width": look.width,
        "height": if look.is_phone() { 740 } else { 900 },
        "deviceScaleFactor": 1,
        "mobile": look.is_phone(),
    });
    tell(browser, "Emulation.setDeviceMetricsOverride", metrics).await;
    evaluate(browser, DRAWN).await;
}

/// A PNG of the whole page, however long it is.
pub(crate) async fn picture(browser: &Client) -> Vec<u8> {
    let size = tell(browser, "Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
    let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
    let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    let answer = tell(browser, "Page.captureScreenshot", parameters).await;
    BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
}
