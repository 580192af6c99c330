//! Pages of the client, rendered on the server from what the services say.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, ensure};
use stack::{Fleet, Process, Service};

use super::{Settings, repeated};
use crate::{
    connection::{self, Connection},
    generator::{Load, Requests},
    listings,
    meter::{Meter, Watched},
    people::Person,
    report::{Report, Row},
    world::World,
};

const LISTINGS: usize = 60;
const SELLERS: usize = 5;
const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(2);
/// What the start page shows at a time.
const CARDS: usize = 50;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let fleet = world.fleet().await?;
    let client = address(&fleet, Service::Client)?;
    let idle = Watched::process(fleet.process(Service::Client, 0))?.resident()?;
    let sellers = Person::several(&world.signer, SELLERS)?;
    let tickets = listings::list(address(&fleet, Service::Tickets)?, sellers, LISTINGS, 1).await?;
    let ticket = tickets.first().context("something is for sale")?;

    let landing = complete_page(client, "/").await?;
    let cards = landing.matches("href=\"/tickets/").count();
    ensure!(cards == CARDS, "the start page shows {cards} of {LISTINGS} listings, not {CARDS}");
    report.note(format!("pages: the start page with {CARDS} listings has {} bytes", landing.len()));
    let ticket = format!("/tickets/{ticket}");
    report.note(format!("pages: a ticket's page has {} bytes", complete_page(client, &ticket).await?.len()));

    let mut peak = 0;
    let mut measure = async |name: &str, requests: fn(&str) -> Vec<Requests>, path: &str| {
        Load::new(client, WARM_UP, 200).run(requests(path)).await?;
        let meter = Meter::start(&world.watch(fleet.processes())?)?;
        let outcome = Load::new(client, settings.time, 200).run(requests(path)).await?;
        let usages = meter.finish()?;
        peak = usages.iter().find(|usage| usage.name == "client").map_or(peak, |usage| peak.max(usage.peak));
        report.row(Row::new(name, CONNECTIONS, &outcome).cost(&usages, "client").idle(idle), &outcome);
        anyhow::Ok(outcome.per_second())
    };
    let same = |path: &str| repeated(&connection::get(path, None), CONNECTIONS);
    let rate = measure("page: start, as users ask it", same, "/").await?;
    measure("page: start, every search new", never_asked, "/").await?;
    measure("page: a ticket", same, &ticket).await?;

    let prebuilt = world.static_server(landing.as_bytes()).await?;
    let ceiling =
        floor(settings, report, "floor: axum with these bytes", &prebuilt.process, prebuilt.address).await?;
    prebuilt.stop().await;
    let nginx = world.nginx(landing.as_bytes()).await?;
    floor(settings, report, "floor: nginx with these bytes", &nginx.process, nginx.address).await?;
    nginx.stop().await;

    report.at_least("start page with 50 listings", rate, 1500.0, "/s");
    report.at_least("start page: share of the prebuilt bytes' rate", rate / ceiling, 0.25, "");
    report.memory_aims("client", idle, peak);
    fleet.shut_down().await;
    world.stop().await;
    Ok(())
}

/// The same bytes without anybody who makes them.
async fn floor(
    settings: &Settings,
    report: &mut Report,
    name: &str,
    process: &Process,
    address: SocketAddr,
) -> Result<f64> {
    let requests = || repeated(&connection::get("/", None), CONNECTIONS);
    Load::new(address, WARM_UP, 200).run(requests()).await?;
    let meter = Meter::start(&[Watched::own(), Watched::process(process)?])?;
    let outcome = Load::new(address, settings.half(), 200).run(requests()).await?;
    let usages = meter.finish()?;
    report.row(Row::new(name, CONNECTIONS, &outcome).cost(&usages, process.name()), &outcome);
    Ok(outcome.per_second())
}

/// Searches no two of which are equal, and each of which finds everything, so that nothing made before is of use.
fn never_asked(path: &str) -> Vec<Requests> {
    let one = |first: usize| {
        let path = path.to_owned();
        let mut cents = 100_000 + first;
        Box::new(move |out: &mut Vec<u8>| {
            cents += CONNECTIONS;
            let path = format!("{path}?maxPrice={}.{:02}", cents / 100, cents % 100);
            connection::write(out, "GET", &path, None, None);
            true
        }) as Requests
    };
    (0..CONNECTIONS).map(one).collect()
}

/// A page that has an end.
async fn complete_page(client: SocketAddr, path: &str) -> Result<String> {
    let mut connection = Connection::open(client).await?;
    let answer = connection.exchange(&connection::get(path, None)).await?;
    let page = String::from_utf8_lossy(&connection.body()).into_owned();
    ensure!(answer.status == 200 && page.contains("</html>"), "{path} answered {}: {page}", answer.status);
    Ok(page)
}

/// Where a service of the fleet listens.
pub(super) fn address(fleet: &Fleet, service: Service) -> Result<SocketAddr> {
    let found = fleet.addresses(service).first().copied();
    found.with_context(|| format!("no {} runs", service.name()))
}
