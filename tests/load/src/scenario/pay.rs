//! Paying through a gateway that takes its time, and then falls silent: what the payments service adds to the gateway's
//! time, and whether those who do not pay notice.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Error, Result, ensure};
use async_nats::jetstream;
use common::{
    api::OrderStatus,
    clock::Clock,
    events::{Event, OrderItemState, OrderState, Stream},
    id::{Id, OrderId, TicketId},
    money::{Minor, Price},
};
use jiff::SignedDuration;
use runtime::entropy;
use stack::Service;

use super::{Settings, repeated, reserve::join};
use crate::{
    backlog::Backlog,
    connection::{self, Connection},
    floor::{Pace, Paying},
    generator::{Load, Outcome, Requests},
    listings::publish,
    meter::{Meter, OWN, Usage},
    people::Person,
    report::{Report, Row, millis},
    world::{Alone, World},
};

/// Payments under way at the same time.
const AT_ONCE: usize = 100;
/// How long the gateway takes for each of the two requests a payment makes.
const LATENCY: Duration = Duration::from_millis(300);
const REQUESTS: u32 = 2;
/// What the gateway takes for a payment, over which the payers' first requests are spread: as many begin in every
/// part of it.
const TAKES: Duration = LATENCY.saturating_mul(REQUESTS);
/// Between two looks at another route.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const WARM_UP: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let world = World::start(settings.binaries.clone()).await?;
    let gateway = world.gateway(LATENCY).await?;
    let base = format!("http://{}", gateway.address);
    let payments = world
        .alone_with(
            Service::Payments,
            &[
                ("STRIPE_SECRET_KEY", "sk_test_load"),
                ("STRIPE_WEBHOOK_SECRET", "whsec_load"),
                ("STRIPE_API_BASE", &base),
            ],
        )
        .await?;
    let pay =
        Pay { jetstream: jetstream::new(async_nats::connect(world.servers.nats.url()).await?), payments };
    pay.measure(settings, &world, gateway.address, report).await?;
    pay.payments.stop().await;
    gateway.stop().await;
    world.stop().await;
    Ok(())
}

struct Pay {
    jetstream: jetstream::Context,
    payments: Alone,
}

impl Pay {
    async fn measure(
        &self,
        settings: &Settings,
        world: &World,
        gateway: SocketAddr,
        report: &mut Report,
    ) -> Result<()> {
        let visitor = Person::new(&world.signer)?;
        self.load(world, WARM_UP, TAKES).await?;
        let floor = self.floor(world).await?;
        self.bare(world, &floor, WARM_UP).await?;
        let before = self.bare(world, &floor, settings.half()).await?;
        let quiet = self.look(&visitor, settings.half()).await?;
        report.row(Row::new("own payments, nobody paying", 1, &quiet), &quiet);

        let ((paid, usages), meanwhile) =
            tokio::try_join!(self.load(world, settings.time, TAKES), self.look(&visitor, settings.time))?;
        let row = Row::new("pay, beyond the gateway's 600 ms", AT_ONCE, &paid).cost(&usages, "payments");
        report.row(row.idle(self.payments.idle), &paid);
        report.row(Row::new("own payments, among payers", 1, &meanwhile), &meanwhile);
        let (bare, usages_bare) = join(before, self.bare(world, &floor, settings.half()).await?);
        report.row(Row::new("floor: bare driver paying", AT_ONCE, &bare).cost(&usages_bare, OWN), &bare);
        report.at_most(
            "pay ×100: what the service adds to the gateway's time, p99",
            millis(paid.latency.within(0.99)),
            25.0,
            " ms",
        );
        report.note(format!(
            "pay ×100: of that p99 the bare driver takes {:.1} ms on this machine",
            millis(bare.latency.within(0.99))
        ));
        let peak = usages.iter().find(|usage| usage.name == "payments").map_or(0, |usage| usage.peak);
        report.memory_aims("payments", self.payments.idle, peak);
        let (crowd, _) = self.load(world, settings.half(), Duration::ZERO).await?;
        report.row(Row::new("pay, all begun at the same instant", AT_ONCE, &crowd), &crowd);

        // From now on the gateway takes every request and answers none.
        let mut connection = Connection::open(gateway).await?;
        let silenced = connection.exchange(&connection::post("/silence", None, "")).await?;
        ensure!(silenced.status == 200, "the gateway answered {}", silenced.status);
        let (refused, meanwhile) =
            tokio::try_join!(self.try_in_vain(world, settings.time), self.look(&visitor, settings.time))?;
        report.row(Row::new("own payments, the gateway silent", 1, &meanwhile), &meanwhile);
        let slowest = millis(meanwhile.latency.within(0.99));
        let usual = millis(quiet.latency.within(0.99));
        report.at_most("another route while the gateway is silent: p99", slowest, 25.0_f64.max(usual), " ms");
        report.note(format!("pay, the gateway silent: answered {:?}", refused.statuses));
        Ok(())
    }

    /// The bare driver, with samples of what the service has stored so far.
    async fn floor(&self, world: &World) -> Result<Paying> {
        let announced = Backlog::of(&self.jetstream, Stream::Payments).await?.newest().await?;
        Paying::new(&world.client().await?, &world.database(Service::Payments).await?, announced).await
    }

    async fn bare(&self, world: &World, floor: &Paying, time: Duration) -> Result<(Outcome, Vec<Usage>)> {
        let meter = Meter::start(&world.watch([])?)?;
        let outcome = floor.run(Pace { at_once: u32::try_from(AT_ONCE)?, latency: LATENCY, time }).await?;
        Ok((outcome, meter.finish()?))
    }

    /// Loads the service with payments that succeed, begun over `spread`, and counts what it adds to the gateway's time.
    async fn load(&self, world: &World, time: Duration, spread: Duration) -> Result<(Outcome, Vec<Usage>)> {
        let requests = self.requests(world, time).await?;
        let meter = Meter::start(&world.watch([&self.payments.process])?)?;
        let load = Load { spread, others: TAKES, ..Load::new(self.payments.address, time, 201) };
        let outcome = load.run(requests).await?;
        Ok((outcome, meter.finish()?))
    }

    /// Payments that cannot succeed; the next begins when the last has been refused.
    async fn try_in_vain(&self, world: &World, time: Duration) -> Result<Outcome> {
        let requests = self.requests(world, time).await?;
        let load = Load { pause: LATENCY, ..Load::new(self.payments.address, time, 503) };
        load.run(requests).await
    }

    async fn look(&self, visitor: &Person, time: Duration) -> Result<Outcome> {
        let order = OrderId::generate(Clock::System.now() - SignedDuration::from_mins(1), entropy());
        let request = connection::get(&format!("/api/payments?orderId={order}"), Some(&visitor.cookie));
        let load = Load { pause: LOOK_EVERY, ..Load::new(self.payments.address, time, 200) };
        load.run(repeated(&request, 1)).await
    }

    /// For each of the payers so many orders as could be paid in this time, which payments has heard of.
    async fn requests(&self, world: &World, time: Duration) -> Result<Vec<Requests>> {
        let each = time.as_millis() / TAKES.as_millis() + 2;
        let each = usize::try_from(each)?;
        let mut all = Vec::new();
        let mut announced = Vec::new();
        for payer in Person::several(&world.signer, AT_ONCE)? {
            let orders = (0..each).map(|_| order(&payer)).collect::<Result<Vec<_>>>()?;
            let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
            announced.extend(orders.into_iter().map(Event::OrderCreated));
            let mut ids = ids.into_iter();
            all.push(Box::new(move |out: &mut Vec<u8>| {
                let Some(id) = ids.next() else { return false };
                let body = format!(r#"{{"orderId":"{id}","paymentMethodId":"pm_card_visa"}}"#);
                connection::write(out, "POST", "/api/payments", Some(&payer.cookie), Some(&body));
                true
            }) as Requests);
        }
        publish(&self.jetstream, announced).await?;
        Backlog::of(&self.jetstream, Stream::Orders).await?.until_read(PATIENCE).await?;
        Ok(all)
    }
}

/// An order as the orders service would announce it.
pub(super) fn order(payer: &Person) -> Result<OrderState> {
    let now = Clock::System.now();
    let price = Price::parse("45").map_err(Error::msg)?;
    Ok(OrderState {
        // Old enough that nobody waits for it.
        id: OrderId::generate(now - SignedDuration::from_mins(1), entropy()),
        version: 1,
        buyer_id: payer.id,
        status: OrderStatus::Created,
        expires_at: now + SignedDuration::from_mins(15),
        total_minor: price.minor(),
        currency: "usd".parse().map_err(Error::msg)?,
        cancel_reason: None,
        payment_id: None,
        items: vec![OrderItemState {
            ticket_id: TicketId::generate(now, entropy()),
            seller_id: None,
            starts_at: None,
            quantity: 1,
            returned: 0,
            price_minor: price,
            refunded_minor: Minor::default(),
            seq: 1,
            held: 1,
            sold: 0,
            takings_minor: None,
            quantity_listed: 1,
        }],
    })
}
