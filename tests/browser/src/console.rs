//! What a browser says to programmers: errors of scripts, and what the page's policy forbade.

use fantoccini::Client;
use serde_json::{Value, json};

use crate::devtools::Beyond;

/// A line of the console.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    source: String,
    level: String,
    message: String,
}

/// What was written since this was asked last.
pub(crate) async fn lines(browser: &Client) -> Vec<Line> {
    let answer = browser.issue_cmd(Beyond("se/log", json!({ "type": "browser" }))).await.unwrap();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let read = |line: &Value| Line {
        source: text(line, "source"),
        level: text(line, "level"),
        message: text(line, "message"),
    };
    answer.as_array().unwrap().iter().map(read).collect()
}

impl Line {
    /// Whether something is wrong with the page. That a form was refused is told to the console as well, as a
    /// failure of the network; but not that a connection failed, which a page is to put up with.
    pub(crate) fn is_complaint(&self) -> bool {
        matches!(self.level.as_str(), "SEVERE" | "WARNING") && self.source != "network"
    }

    pub(crate) fn into_message(self) -> String {
        self.message
    }
}
