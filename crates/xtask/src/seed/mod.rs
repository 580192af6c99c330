//! `seed`: demo listings, put in the way people would, over HTTP.

mod api;
mod listing;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use jiff::Timestamp;

use self::api::Api;
use crate::terminal;

/// Which market.
#[derive(Args)]
pub(crate) struct SeedArgs {
    /// Its address.
    #[arg(long, default_value = "http://localhost:8080")]
    url: String,
}

/// An account that the demo makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// What it is for.
    pub(crate) role: &'static str,
    /// It signs in with this.
    pub(crate) email: &'static str,
    /// And this.
    pub(crate) password: &'static str,
}

const PASSWORD: &str = "market-demo";
const BUYER: Account = Account { role: "buyer", email: "bea@example.com", password: PASSWORD };
const SELLERS: [Account; 4] = [
    Account { role: "seller", email: "sam@example.com", password: PASSWORD },
    Account { role: "seller", email: "nora@example.com", password: PASSWORD },
    Account { role: "seller", email: "theo@example.com", password: PASSWORD },
    Account { role: "seller", email: "ines@example.com", password: PASSWORD },
];

/// The accounts to try the market with.
pub(crate) fn demo_accounts() -> [Account; 2] {
    [SELLERS[0], BUYER]
}

pub(crate) async fn seed(arguments: &SeedArgs) -> Result<()> {
    let listed = fill(arguments.url.trim_end_matches('/')).await?;
    terminal::say(&format!("{listed} new demo listings"));
    for account in demo_accounts() {
        terminal::say(&format!("{}: {} / {}", account.role, account.email, account.password));
    }
    Ok(())
}

/// Makes the demo's accounts and listings where they are missing; returns how many listings are new.
pub(crate) async fn fill(url: &str) -> Result<usize> {
    #[expect(clippy::disallowed_methods, reason = "the demo's dates lie ahead of the day it is made")]
    let now = Timestamp::now();
    let listings = listing::all()?;
    Api::sign_in_or_up(url, BUYER).await?;
    let mut new = 0;
    for (index, seller) in SELLERS.into_iter().enumerate() {
        let api = Api::sign_in_or_up(url, seller).await?;
        let there = api.titles_of_own_listings().await?;
        let own = listings.iter().skip(index).step_by(SELLERS.len());
        for listing in own.filter(|listing| !there.contains(&listing.title)) {
            let body = listing.body(now).with_context(|| format!("{:?} has no valid date", listing.title))?;
            api.list(&body).await.with_context(|| format!("could not list {:?}", listing.title))?;
            new += 1;
        }
    }
    Ok(new)
}

fn refuse_unless_success(status: reqwest::StatusCode, what: &str, body: &str) -> Result<()> {
    if status.is_success() {
        return Ok(());
    }
    bail!("{what} was answered with {status}: {}", body.trim());
}
