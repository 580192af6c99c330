//! Signing in, which is hashing; and whether those who do not sign in notice.

use std::time::Duration;

use anyhow::{Result, ensure};
use stack::Service;

use super::{Settings, repeated, reserve::join};
use crate::{
    connection::{self, Connection},
    floor::hash,
    generator::{Load, Outcome, Requests},
    meter::{Meter, OWN, Usage, Watched},
    people::Person,
    report::{Report, Row, millis},
    world::{Alone, World},
};

/// People who sign in over and over. Fewer than auth lets wait, so that none is turned away.
const PEOPLE: usize = 16;
const PASSWORD: &str = "correct horse battery";
/// Between two looks at the other route: often enough for a p99, too seldom to be a load.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const WARM_UP: Duration = Duration::from_secs(1);

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let auth = world.alone(Service::Auth).await?;
    let credentials = sign_up(&auth).await?;
    let visitor = Person::new(&world.signer)?;

    look(&auth, &visitor, WARM_UP).await?;
    let alone = look(&auth, &visitor, settings.half()).await?;
    report.row(Row::new("currentuser, nobody signing in", 1, &alone), &alone);

    sign_in(&auth, &credentials, WARM_UP).await?;
    let (threads, before) = floor(settings.half()).await?;
    let meter = Meter::start(&world.watch([&auth.process])?)?;
    let (signed_in, meanwhile) =
        tokio::join!(sign_in(&auth, &credentials, settings.time), look(&auth, &visitor, settings.time),);
    let (signed_in, meanwhile, usages) = (signed_in?, meanwhile?, meter.finish()?);
    let (_, after) = floor(settings.half()).await?;

    let row = Row::new("sign-in, auth alone", PEOPLE, &signed_in).cost(&usages, "auth");
    report.row(row.idle(auth.idle), &signed_in);
    let (bare, bare_usages) = join(before, after);
    let row = Row::new("floor: bare argon2 loop", threads, &bare).cost(&bare_usages, OWN);
    report.row(row, &bare);
    report.row(Row::new("currentuser, among sign-ins", 1, &meanwhile), &meanwhile);

    report.at_least(
        "sign-in: share of the argon2 ceiling",
        signed_in.per_second() / bare.per_second(),
        0.9,
        "",
    );
    // One that waited for a hash would take as long as a hash does.
    let one_hash = millis(bare.latency.within(0.5));
    let slowest = millis(meanwhile.latency.within(0.99));
    report.at_most("currentuser among sign-ins: p99 below one hash's time", slowest, one_hash, " ms");
    let peak = usages.iter().find(|usage| usage.name == "auth").map_or(0, |usage| usage.peak);
    report.memory_aims("auth", auth.idle, peak);
    auth.stop().await;
    world.stop().await;
    Ok(())
}

async fn sign_up(auth: &Alone) -> Result<Vec<String>> {
    let mut connection = Connection::open(auth.address).await?;
    let mut all = Vec::new();
    for number in 0..PEOPLE {
        let body = format!(r#"{{"email":"visitor{number}@example.org","password":"{PASSWORD}"}}"#);
        let answer = connection.exchange(&connection::post("/api/users/signup", None, &body)).await?;
        ensure!(answer.status == 201, "{}: {}", answer.status, String::from_utf8_lossy(&connection.body()));
        all.push(body);
    }
    Ok(all)
}

async fn sign_in(auth: &Alone, credentials: &[String], time: Duration) -> Result<Outcome> {
    let requests =
        credentials.iter().flat_map(|body| repeated(&connection::post("/api/users/signin", None, body), 1));
    let requests: Vec<Requests> = requests.collect();
    Load::new(auth.address, time, 200).run(requests).await
}

async fn look(auth: &Alone, visitor: &Person, time: Duration) -> Result<Outcome> {
    let request = connection::get("/api/users/currentuser", Some(&visitor.cookie));
    let load = Load { pause: LOOK_EVERY, ..Load::new(auth.address, time, 200) };
    load.run(repeated(&request, 1)).await
}

async fn floor(time: Duration) -> Result<(usize, (Outcome, Vec<Usage>))> {
    let meter = Meter::start(&[Watched::own()])?;
    let (threads, outcome) = hash(time).await?;
    Ok((threads, (outcome, meter.finish()?)))
}
