//! Pages of 50 listings, as everybody asks for them and as nobody has asked before.

use std::time::Duration;

use anyhow::{Result, ensure};
use stack::Service;

use super::{Settings, repeated, reserve::join};
use crate::{
    connection::{self, Connection},
    floor::Reading,
    generator::{Load, Outcome, Requests},
    listings,
    meter::{Meter, OWN, Usage, Watched},
    people::Person,
    report::{Report, Row},
    world::{Alone, World},
};

const PAGE: usize = 50;
const PATH: &str = "/api/tickets?limit=50";
const WARM_UP: Duration = Duration::from_secs(2);
const SELLERS: usize = 20;
/// Single-unit listings would do as well: nobody buys here.
const UNITS: u32 = 4;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let tickets = world.alone(Service::Tickets).await?;
    let sellers = Person::several(&world.signer, SELLERS)?;
    listings::list(tickets.address, sellers, settings.listings, UNITS).await?;
    let page = page(&tickets).await?;
    report.note(format!("browse: {} listings, a page of {PAGE} has {} bytes", settings.listings, page.len()));
    let fixed = world.static_server(&page).await?;
    let reading = Reading::new(&world.database(Service::Tickets).await?);

    let warm_up = Load::new(tickets.address, WARM_UP, 200);
    warm_up.run(repeated(&connection::get(PATH, None), settings.most_connections())).await?;
    warm_up.run(all_different(settings.most_connections())).await?;

    let mut peak = 0;
    let mut best = 0_f64;
    for &connections in &settings.connections {
        // As users get it: everybody the same first page.
        let cached = repeated(&connection::get(PATH, None), connections);
        let (outcome, usages) = load(&world, &tickets, settings.time, cached).await?;
        let row = Row::new("browse, cached", connections, &outcome).cost(&usages, "tickets");
        report.row(row.idle(tickets.idle), &outcome);
        best = best.max(outcome.per_second());
        peak = peak.max(peak_of(&usages, "tickets"));

        let same = repeated(&connection::get("/", None), connections);
        let (outcome, usages) = load(&world, &fixed, settings.half(), same).await?;
        let row = Row::new("floor: axum with these bytes", connections, &outcome).cost(&usages, "static");
        report.row(row.idle(fixed.idle), &outcome);

        let before = read(&world, &reading, connections, settings.half()).await?;
        let (outcome, usages) = load(&world, &tickets, settings.time, all_different(connections)).await?;
        let after = read(&world, &reading, connections, settings.half()).await?;
        let row = Row::new("browse, every query new", connections, &outcome).cost(&usages, "tickets");
        report.row(row.idle(tickets.idle), &outcome);
        peak = peak.max(peak_of(&usages, "tickets"));

        let (bare, usages) = join(before, after);
        report.row(Row::new("floor: bare driver finding 51", connections, &bare).cost(&usages, OWN), &bare);
        let share = 100.0 * outcome.per_second() / bare.per_second();
        report.note(format!(
            "browse ×{connections}: every query new is {share:.0} % of the bare driver's rate"
        ));
    }
    report.at_least("browse: lists", best, 5000.0, "/s");
    report.memory_aims("tickets", tickets.idle, peak);
    fixed.stop().await;
    tickets.stop().await;
    world.stop().await;
    Ok(())
}

async fn page(tickets: &Alone) -> Result<Vec<u8>> {
    let mut connection = Connection::open(tickets.address).await?;
    let answer = connection.exchange(&connection::get(PATH, None)).await?;
    let body = connection.body();
    let listed = serde_json::from_slice::<Vec<serde_json::Value>>(&body).map_or(0, |listed| listed.len());
    ensure!(
        answer.status == 200 && listed == PAGE,
        "the page has {listed} listings, status {}",
        answer.status
    );
    Ok(body)
}

/// Queries no two of which are equal, and each of which finds everything.
fn all_different(connections: usize) -> Vec<Requests> {
    let one = |first: usize| {
        let mut cents = 100_000 + first;
        Box::new(move |out: &mut Vec<u8>| {
            cents += connections;
            let path = format!("{PATH}&maxPrice={}.{:02}", cents / 100, cents % 100);
            connection::write(out, "GET", &path, None, None);
            true
        }) as Requests
    };
    (0..connections).map(one).collect()
}

async fn load(
    world: &World,
    service: &Alone,
    time: Duration,
    requests: Vec<Requests>,
) -> Result<(Outcome, Vec<Usage>)> {
    let meter = Meter::start(&world.watch([&service.process])?)?;
    let outcome = Load::new(service.address, time, 200).run(requests).await?;
    Ok((outcome, meter.finish()?))
}

async fn read(
    world: &World,
    reading: &Reading,
    connections: usize,
    time: Duration,
) -> Result<(Outcome, Vec<Usage>)> {
    let mongodb = Watched::process(world.servers.mongodb.process())?;
    let meter = Meter::start(&[Watched::own(), mongodb])?;
    let outcome = reading.run(connections, time).await?;
    Ok((outcome, meter.finish()?))
}

fn peak_of(usages: &[Usage], name: &str) -> u64 {
    usages.iter().find(|usage| usage.name == name).map_or(0, |usage| usage.peak)
}
