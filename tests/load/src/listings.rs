//! Something to sell: announced as the tickets service would, or listed through its API.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Error, Result, ensure};
use async_nats::{HeaderMap, jetstream};
use common::{
    clock::Clock,
    events::{Event, ListingStatus, Stream, TicketState},
    id::{Id, TicketId},
    money::Price,
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use runtime::entropy;

use crate::{
    backlog::Backlog,
    connection::{self, Connection},
    generator::on_own_thread,
    people::Person,
};

/// Announcements sent before the first of them must be confirmed.
const BATCH: usize = 500;
/// Connections that list at the same time.
const LISTERS: usize = 32;
const PATIENCE: Duration = Duration::from_mins(5);

/// Announces single-unit tickets and waits until every consumer has taken them. Returns their ids.
pub(crate) async fn announce(
    jetstream: &jetstream::Context,
    seller: &Person,
    count: usize,
) -> Result<Vec<String>> {
    let tickets = (0..count).map(|number| ticket(seller, number)).collect::<Result<Vec<_>>>()?;
    let ids = tickets.iter().map(|ticket| ticket.id.to_string()).collect();
    publish(jetstream, tickets.into_iter().map(Event::TicketCreated)).await?;
    Backlog::of(jetstream, Stream::Tickets).await?.until_read(PATIENCE).await?;
    Ok(ids)
}

/// Publishes events in the place of the service they are of.
pub(crate) async fn publish(
    jetstream: &jetstream::Context,
    events: impl IntoIterator<Item = Event>,
) -> Result<()> {
    let mut events = events.into_iter().peekable();
    while events.peek().is_some() {
        let mut sending = Vec::with_capacity(BATCH);
        for event in events.by_ref().take(BATCH) {
            let mut headers = HeaderMap::new();
            headers.insert("ce-id", format!("{:032x}", u128::from_be_bytes(entropy())));
            headers.insert("ce-type", event.kind());
            sending
                .push(jetstream.publish_with_headers(event.kind(), headers, event.to_json()?.into()).await?);
        }
        for confirmation in sending {
            confirmation.await?;
        }
    }
    Ok(())
}

fn ticket(seller: &Person, number: usize) -> Result<TicketState> {
    Ok(TicketState {
        // Old enough that nobody waits for it.
        id: TicketId::generate(Clock::System.now() - SignedDuration::from_mins(1), entropy()),
        version: 1,
        seller_id: seller.id,
        title: title(number).parse().map_err(Error::msg)?,
        price_minor: Price::parse("45").map_err(Error::msg)?,
        currency: "usd".parse().map_err(Error::msg)?,
        quantity: 1,
        status: ListingStatus::Listed,
        starts_at: Some(starts_at(number)),
        time_zone: None,
    })
}

/// Lists this many through the tickets service, as a few sellers. Returns their ids.
pub(crate) async fn list(
    address: SocketAddr,
    sellers: Vec<Person>,
    count: usize,
    quantity: u32,
) -> Result<Vec<String>> {
    ensure!(!sellers.is_empty(), "somebody has to sell");
    on_own_thread(async move || {
        let sellers = &sellers;
        let lister = async |first: usize| {
            let mut connection = Connection::open(address).await?;
            let mut ids = Vec::new();
            for number in (first..count).step_by(LISTERS) {
                let cookie = &sellers[number % sellers.len()].cookie;
                let request = connection::post("/api/tickets", Some(cookie), &listing(number, quantity));
                let answer = connection.exchange(&request).await?;
                let body = connection.body();
                ensure!(
                    answer.status == 201,
                    "listing: {} {}",
                    answer.status,
                    String::from_utf8_lossy(&body)
                );
                let listed: serde_json::Value = serde_json::from_slice(&body)?;
                ids.push(listed["id"].as_str().context("a listing has an id")?.to_owned());
            }
            Ok(ids)
        };
        let all = join_all((0..LISTERS).map(lister)).await;
        Ok(all.into_iter().collect::<Result<Vec<_>>>()?.concat())
    })
    .await
}

/// A listing as a seller writes it: with everything a page shows.
fn listing(number: usize, quantity: u32) -> String {
    let cities = ["Berlin", "Lyon", "Porto", "Kraków", "Leeds", "Graz"];
    let kinds = ["concert", "theatre", "sport", "comedy"];
    serde_json::json!({
        "title": title(number),
        "price": 20 + number % 80,
        "description": "Two rows from the front, on the left. Doors open an hour before; the seats are numbered.",
        "category": kinds[number % kinds.len()],
        "venue": format!("Hall {}", number % 12),
        "city": cities[number % cities.len()],
        "startsAt": starts_at(number).to_string(),
        "quantity": quantity,
    })
    .to_string()
}

fn title(number: usize) -> String {
    let acts = ["Hamlet", "The Lanterns", "Figaro", "City Derby", "Night Train", "Swan Lake"];
    format!("{}, evening {number}", acts[number % acts.len()])
}

fn starts_at(number: usize) -> Timestamp {
    let days = i64::try_from(number % 300).unwrap_or_default() + 30;
    Clock::System.now() + SignedDuration::from_hours(24 * days)
}
