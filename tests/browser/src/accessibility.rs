//! Whether everybody can use a page, as far as a machine can tell.

use std::sync::LazyLock;

use serde_json::{Value, json};
use stack::tools;

use crate::{Look, Visitor, devtools};

/// The rules of WCAG 2.2 A and AA, and what is good practice besides.
const RULES: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

static AXE: LazyLock<String> = LazyLock::new(|| {
    let path = tools::axe_core().unwrap_or_else(|error| panic!("{error}"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
});

/// What axe says is wrong, one line an element.
async fn violations(visitor: &Visitor) -> Vec<String> {
    let browser = &visitor.browser;
    if devtools::evaluate(browser, "typeof axe").await == "undefined" {
        // Nothing of it is to be sent back.
        devtools::evaluate(browser, &format!("{};0", *AXE)).await;
    }
    // The only frames there are hold a payment provider's page, which is not ours and not to be talked to.
    let options = json!({
        "runOnly": { "type": "tag", "values": RULES }, "resultTypes": ["violations"], "iframes": false,
    });
    let found = devtools::evaluate(
        browser,
        &format!(
            "axe.run(document, {options}).then(({{ violations }}) => violations.flatMap(({{ id, nodes }}) =>
                 nodes.map((node) => `${{id}}: ${{node.target}} ${{node.failureSummary}} ${{node.html}}`)))"
        ),
    )
    .await;
    found.as_array().unwrap().iter().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Visitor {
    /// The same where it can be told: what looks for it is a script.
    pub async fn is_served_well_if_scripted(&self) {
        if self.has_scripts() {
            self.is_served_well().await;
        }
    }

    /// The page that is open serves everybody.
    pub async fn is_served_well(&self) {
        let problems = self.problems().await;
        let path = self.path().await;
        assert!(problems.is_empty(), "{path} as {} sees it:\n{}", self.name(), problems.join("\n"));
    }

    /// What is wrong with the page that is open, on a desktop, and dark on a phone, where it also should not have to be
    /// moved sideways.
    pub async fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for look in [Look::DESKTOP, Look::PHONE_DARK] {
            devtools::look(&self.browser, look).await;
            let found = violations(self).await;
            problems.extend(found.into_iter().map(|problem| format!("{look:?} {problem}")));
        }
        // The last look is the narrow one.
        problems.extend(self.sticks_out().await);
        problems.extend(self.complaints().await);
        problems
    }
}
