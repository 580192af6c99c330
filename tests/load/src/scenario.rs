//! What is measured.

mod browse;
mod cluster;
mod events;
mod fleet;
mod hot;
mod pages;
mod pay;
mod reserve;
mod sign_in;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::{
    connection,
    generator::Requests,
    people::Lot,
    report::{Report, say},
};

/// The name of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// All of the following, in this order.
    All,
    /// Pages of 50 listings, from the tickets service alone.
    Browse,
    /// Distinct tickets reserved from the orders service alone.
    Reserve,
    /// Many buyers after the same single ticket, with the orders service alone.
    Hot,
    /// Sign-ins at the auth service alone.
    SignIn,
    /// Payments through a slow gateway, with the payments service alone.
    Pay,
    /// Pages of the client, with all services.
    Pages,
    /// Two thousand streams of events, with all services.
    Events,
    /// Events announced to three NATS servers, without services.
    Cluster,
    /// Distinct tickets reserved for a minute, with all services.
    Fleet,
}

/// How much of it.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How long each figure is measured.
    pub(crate) time: Duration,
    /// How long the whole fleet is loaded.
    pub(crate) fleet_time: Duration,
    pub(crate) connections: Vec<usize>,
    /// Listings that are browsed.
    pub(crate) listings: usize,
    /// Hot tickets, one after the other.
    pub(crate) hot_tickets: usize,
    pub(crate) binaries: Option<PathBuf>,
}

impl Settings {
    /// Half the time: floors are measured half before and half after what they are compared with, so that a
    /// machine that slows down meanwhile slows both alike.
    fn half(&self) -> Duration {
        self.time / 2
    }

    fn most_connections(&self) -> usize {
        self.connections.iter().copied().max().unwrap_or(1)
    }
}

impl Scenario {
    pub(crate) async fn run(self, settings: &Settings, report: &mut Report) -> Result<()> {
        const EACH: [Scenario; 9] = [
            Scenario::Browse,
            Scenario::Reserve,
            Scenario::Hot,
            Scenario::SignIn,
            Scenario::Pay,
            Scenario::Pages,
            Scenario::Events,
            Scenario::Cluster,
            Scenario::Fleet,
        ];
        for scenario in EACH.into_iter().filter(|one| matches!(self, Self::All) || self == *one) {
            let value = scenario.to_possible_value();
            let name = value.as_ref().map_or("scenario", |value| value.get_name());
            say(&format!("{name}:"));
            let done = match scenario {
                Self::All => Ok(()),
                Self::Browse => browse::run(settings, report).await,
                Self::Reserve => reserve::run(settings, report).await,
                Self::Hot => hot::run(settings, report).await,
                Self::SignIn => sign_in::run(settings, report).await,
                Self::Pay => pay::run(settings, report).await,
                Self::Pages => pages::run(settings, report).await,
                Self::Events => events::run(settings, report).await,
                Self::Cluster => cluster::run(settings, report).await,
                Self::Fleet => fleet::run(settings, report).await,
            };
            done.with_context(|| format!("measuring {name}"))?;
        }
        Ok(())
    }
}

/// The same request over and over, on each of so many connections.
fn repeated(request: &[u8], connections: usize) -> Vec<Requests> {
    let one = |_| {
        let request = request.to_vec();
        Box::new(move |out: &mut Vec<u8>| {
            out.extend_from_slice(&request);
            true
        }) as Requests
    };
    (0..connections).map(one).collect()
}

/// One reservation after the other, until each hand is empty.
fn reservations(hands: Vec<Vec<Lot>>) -> Vec<Requests> {
    let one = |hand: Vec<Lot>| {
        let all = hand
            .into_iter()
            .flat_map(|lot| lot.tickets.into_iter().map(move |ticket| (lot.buyer.cookie.clone(), ticket)));
        let mut all = all.collect::<Vec<_>>().into_iter();
        Box::new(move |out: &mut Vec<u8>| {
            let Some((cookie, ticket)) = all.next() else { return false };
            let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
            connection::write(out, "POST", "/api/orders", Some(&cookie), Some(&body));
            true
        }) as Requests
    };
    hands.into_iter().map(one).collect()
}

/// How many tickets a load of this long needs, if it goes on at this rate or somewhat faster.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what any machine here could use"
)]
fn supply(per_second: f64, time: Duration) -> usize {
    (per_second * time.as_secs_f64() * 1.3).clamp(500.0, 100_000.0) as usize
}
