//! Pages of the client, rendered on the server from what the services say.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, ensure};
use stack::{Fleet, Service};

use super::{Settings, repeated};
use crate::{
    connection::{self, Connection},
    generator::Load,
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

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let fleet = world.fleet().await?;
    let client = address(&fleet, Service::Client)?;
    let idle = Watched::process(fleet.process(Service::Client, 0))?.resident()?;
    let sellers = Person::several(&world.signer, SELLERS)?;
    let tickets = listings::list(address(&fleet, Service::Tickets)?, sellers, LISTINGS, 1).await?;
    let ticket = tickets.first().context("something is for sale")?;

    let mut peak = 0;
    for (name, path) in [("page: browse", "/".to_owned()), ("page: ticket", format!("/tickets/{ticket}"))] {
        let bytes = complete_page(client, &path).await?;
        report.note(format!("{name} has {bytes} bytes"));
        let requests = || repeated(&connection::get(&path, None), CONNECTIONS);
        Load::new(client, WARM_UP, 200).run(requests()).await?;
        let meter = Meter::start(&world.watch(fleet.processes())?)?;
        let outcome = Load::new(client, settings.time, 200).run(requests()).await?;
        let usages = meter.finish()?;
        peak = usages.iter().find(|usage| usage.name == "client").map_or(peak, |usage| peak.max(usage.peak));
        report.row(Row::new(name, CONNECTIONS, &outcome).cost(&usages, "client").idle(idle), &outcome);
    }
    report.memory_aims("client", idle, peak);
    fleet.shut_down().await;
    world.stop().await;
    Ok(())
}

/// The size of a page that has an end.
async fn complete_page(client: SocketAddr, path: &str) -> Result<usize> {
    let mut connection = Connection::open(client).await?;
    let answer = connection.exchange(&connection::get(path, None)).await?;
    let page = String::from_utf8_lossy(&connection.body()).into_owned();
    ensure!(answer.status == 200 && page.contains("</html>"), "{path} answered {}: {page}", answer.status);
    Ok(page.len())
}

/// Where a service of the fleet listens.
pub(super) fn address(fleet: &Fleet, service: Service) -> Result<SocketAddr> {
    let found = fleet.addresses(service).first().copied();
    found.with_context(|| format!("no {} runs", service.name()))
}
