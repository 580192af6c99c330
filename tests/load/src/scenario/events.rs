//! Many people looking at one listing while it sells: streams of events, open for as long as their pages are.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use common::session::Signer;
use stack::Service;
use tokio::{io::AsyncReadExt as _, io::AsyncWriteExt as _, net::TcpStream, task::JoinHandle};

use super::{Settings, pages::address};
use crate::{
    connection::{self, Connection},
    listings,
    meter::{Meter, Watched},
    people::Person,
    report::{Report, millis},
    world::World,
};

const STREAMS: usize = 2_000;
/// Connections opened at a time, below what a listening socket queues.
const AT_ONCE: usize = 100;
const OPEN_WITHIN: Duration = Duration::from_secs(30);
const REACH_WITHIN: Duration = Duration::from_secs(10);
/// One after the other; the slowest counts.
const CHANGES: usize = 20;
const KIBIBYTE: f64 = 1024.0;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let fleet = world.fleet().await?;
    let tickets = address(&fleet, Service::Tickets)?;
    let orders = address(&fleet, Service::Orders)?;
    let sellers = Person::several(&world.signer, 1)?;
    let units = u32::try_from(CHANGES + 1)?;
    let listed = listings::list(tickets, sellers, 1, units).await?;
    let ticket = listed.first().context("something is for sale")?.clone();
    // The first reservation waits until orders knows the listing.
    reserve(&world.signer, orders, &ticket).await?;

    let process = Watched::process(fleet.process(Service::Tickets, 0))?;
    let before = process.resident()?;
    let crowd = Crowd::gather(tickets, &ticket).await?;
    let after = process.resident()?;
    #[expect(clippy::cast_precision_loss, reason = "far below what a float holds exactly")]
    let each = after.saturating_sub(before) as f64 / STREAMS as f64 / KIBIBYTE;

    let meter = Meter::start(&world.watch(fleet.processes())?)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..CHANGES {
        let seen = crowd.seen();
        let began = Instant::now();
        reserve(&world.signer, orders, &ticket).await?;
        crowd.until_seen(seen + STREAMS as u64).await?;
        slowest = slowest.max(began.elapsed());
    }
    let usages = meter.finish()?;
    let spent = usages.iter().find(|usage| usage.name == "tickets").map(|usage| usage.processor);
    let spent = millis(spent.unwrap_or_default() / u32::try_from(CHANGES)?);
    report.note(format!("events: {STREAMS} streams, {each:.1} KiB each, {spent:.0} CPU-ms of tickets for a change that reaches all"));
    report.at_most("events: memory a stream", each, 30.0, " KiB");
    report.at_most("events: slowest of all streams to hear of a reservation", millis(slowest), 1000.0, " ms");
    drop(crowd);
    fleet.shut_down().await;
    world.stop().await;
    Ok(())
}

/// Reserves one unit as a buyer who has none yet.
async fn reserve(signer: &Signer, orders: SocketAddr, ticket: &str) -> Result<()> {
    let buyers = Person::several(signer, 1)?;
    let buyer = buyers.first().context("somebody buys")?;
    let mut connection = Connection::open(orders).await?;
    let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
    let answer = connection.exchange(&connection::post("/api/orders", Some(&buyer.cookie), &body)).await?;
    let said = String::from_utf8_lossy(&connection.body()).into_owned();
    ensure!(answer.status == 201, "reserving answered {}: {said}", answer.status);
    Ok(())
}

/// Everybody who looks at a listing.
struct Crowd {
    seen: Arc<AtomicU64>,
    readers: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Opens all streams and waits until each has said something.
    async fn gather(tickets: SocketAddr, ticket: &str) -> Result<Self> {
        let request = Arc::new(connection::get(&format!("/api/tickets/events?ids={ticket}"), None));
        let (open, seen) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut readers = Vec::with_capacity(STREAMS);
        while readers.len() < STREAMS {
            for _ in 0..AT_ONCE {
                let mut stream = TcpStream::connect(tickets).await.context("opening a stream")?;
                stream.write_all(&request).await?;
                readers.push(tokio::spawn(read(stream, open.clone(), seen.clone())));
            }
            until(&open, readers.len() as u64, OPEN_WITHIN)
                .await
                .context("waiting for the streams to open")?;
        }
        Ok(Self { seen, readers })
    }

    /// Changes heard of by now, counted once for everybody who heard.
    fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    async fn until_seen(&self, count: u64) -> Result<()> {
        until(&self.seen, count, REACH_WITHIN).await.context("waiting for everybody to hear of a reservation")
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

async fn until(counter: &AtomicU64, wanted: u64, patience: Duration) -> Result<()> {
    let began = Instant::now();
    while counter.load(Ordering::Relaxed) < wanted {
        let now = counter.load(Ordering::Relaxed);
        ensure!(began.elapsed() < patience, "{now} of {wanted} within {patience:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Counts itself once when the stream is open, and every change it is told.
async fn read(mut stream: TcpStream, open: Arc<AtomicU64>, seen: Arc<AtomicU64>) {
    const CHANGE: &[u8] = b"event: availability";
    let mut received = Vec::with_capacity(1024);
    let mut is_open = false;
    while stream.read_buf(&mut received).await.is_ok_and(|read| read > 0) {
        // The end of the head, and the first comment after it.
        if !is_open && received.windows(4).any(|window| window == b"\r\n\r\n") {
            is_open = true;
            open.fetch_add(1, Ordering::Relaxed);
        }
        while let Some(at) = received.windows(CHANGE.len()).position(|window| window == CHANGE) {
            received.drain(..at + CHANGE.len());
            seen.fetch_add(1, Ordering::Relaxed);
        }
        // What may be the beginning of the next one is kept.
        received.drain(..received.len().saturating_sub(CHANGE.len() - 1));
    }
}
