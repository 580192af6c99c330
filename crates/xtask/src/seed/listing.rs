//! The demo's listings; their dates are told from the day they are put in, so that they always lie ahead.

use anyhow::{Context as _, Result};
use jiff::{Timestamp, ToSpan as _, civil::Time, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Number, Value, json};

/// One line of `listings.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) title: String,
    description: String,
    category: String,
    venue: String,
    city: String,
    price: Number,
    quantity: u32,
    /// Days from now.
    days: u16,
    /// The hour of the day, UTC.
    time: Time,
}

pub(super) fn all() -> Result<Vec<Listing>> {
    serde_json::from_str(include_str!("listings.json")).context("listings.json is not what it should be")
}

impl Listing {
    /// The body of `POST /api/tickets`.
    pub(super) fn body(&self, now: Timestamp) -> Result<Value> {
        let day = now.to_zoned(TimeZone::UTC).date().checked_add(i64::from(self.days).days())?;
        let starts_at = day.to_datetime(self.time).to_zoned(TimeZone::UTC)?.timestamp();
        Ok(json!({
            "title": self.title,
            "description": self.description,
            "category": self.category,
            "venue": self.venue,
            "city": self.city,
            "price": self.price,
            "quantity": self.quantity,
            "startsAt": starts_at,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_listings_are_what_the_market_accepts() {
        let now: Timestamp = "2026-12-31T23:59:59Z".parse().unwrap();
        let listings = all().unwrap();
        assert!(listings.len() >= 24, "{}", listings.len());
        for listing in &listings {
            let body = listing.body(now).unwrap();
            let starts_at: Timestamp = body["startsAt"].as_str().unwrap().parse().unwrap();
            assert!(starts_at > now, "{}", listing.title);
            assert!(listing.title.chars().count() <= 140 && (1..=100).contains(&listing.quantity));
            let cents = listing.price.as_f64().unwrap() * 100.0;
            assert!(cents >= 1.0 && (cents - cents.round()).abs() < 1e-6, "{}", listing.title);
        }
        let titles: BTreeSet<_> = listings.iter().map(|listing| &listing.title).collect();
        assert_eq!(titles.len(), listings.len(), "titles tell listings apart");
    }
}
