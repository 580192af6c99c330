//! The market's API, as one signed-in user.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use reqwest::{
    Client, Response, StatusCode,
    header::{COOKIE, SET_COOKIE},
};
use serde_json::{Value, json};

use super::{Account, refuse_unless_success};

pub(super) struct Api {
    http: Client,
    url: String,
    cookie: String,
}

impl Api {
    /// Signs in, or makes the account if there is none.
    pub(super) async fn sign_in_or_up(url: &str, account: Account) -> Result<Self> {
        let http = Client::new();
        let credentials = json!({"email": account.email, "password": account.password});
        let post = async |route: &str| {
            let request = http.post(format!("{url}/api/users/{route}")).json(&credentials);
            request.send().await.with_context(|| format!("no market answers at {url}"))
        };
        let mut response = post("signin").await?;
        if response.status() == StatusCode::BAD_REQUEST {
            response = post("signup").await?;
        }
        let cookie = session(&response);
        let status = response.status();
        let body = response.text().await.context("the answer to the sign-in broke off")?;
        refuse_unless_success(status, &format!("signing in as {}", account.email), &body)?;
        let cookie = cookie.context("the sign-in was answered without a session cookie")?;
        Ok(Self { http, url: url.to_owned(), cookie })
    }

    pub(super) async fn titles_of_own_listings(&self) -> Result<BTreeSet<String>> {
        let request =
            self.http.get(format!("{}/api/tickets/mine?limit=200", self.url)).header(COOKIE, &self.cookie);
        let response = request.send().await.context("could not read the account's listings")?;
        let status = response.status();
        let body = response.text().await.context("the list of listings broke off")?;
        refuse_unless_success(status, "reading the account's listings", &body)?;
        let listings: Vec<Value> =
            serde_json::from_str(&body).context("the list of listings is no JSON array")?;
        Ok(listings.iter().filter_map(|listing| listing["title"].as_str().map(str::to_owned)).collect())
    }

    pub(super) async fn list(&self, listing: &Value) -> Result<()> {
        let request =
            self.http.post(format!("{}/api/tickets", self.url)).header(COOKIE, &self.cookie).json(listing);
        let response = request.send().await.context("no answer")?;
        let status = response.status();
        let body = response.text().await.context("the answer broke off")?;
        refuse_unless_success(status, "it", &body)
    }
}

/// `NAME=VALUE` of the cookie a response sets.
fn session(response: &Response) -> Option<String> {
    let cookie = response.headers().get(SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}
