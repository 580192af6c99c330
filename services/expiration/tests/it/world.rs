//! A service in a namespace of its own, with a clock the test moves.

use std::time::Duration;

use common::{
    api::OrderStatus,
    clock::Clock,
    events::{Event, OrderState, Stream},
    id::{Id, OrderId, UserId},
    money::Minor,
};
use expiration::{Config, Running};
use jiff::{SignedDuration, Timestamp};
use messaging::Messaging;
use mongodb::bson::doc;
use redis::{AsyncCommands, aio::MultiplexedConnection};
use runtime::{Life, entropy};
use testkit::{Broker, Namespace, eventually};

/// Long enough for a worker and a reconciler to have looked several times.
pub(crate) const A_WHILE: Duration = Duration::from_millis(700);

pub(crate) struct World {
    pub(crate) namespace: Namespace,
    pub(crate) clock: Clock,
    pub(crate) broker: Broker,
    pub(crate) database: mongodb::Database,
}

/// What the service has stored of an order.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Stored {
    pub(crate) status: String,
    pub(crate) version: u64,
}

/// One replica. Stops with its owner.
pub(crate) struct Replica {
    pub(crate) life: Life,
    pub(crate) messaging: Messaging,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.life.stop();
    }
}

impl Replica {
    pub(crate) async fn stop(self) {
        self.life.stop();
        assert!(self.life.drained(Duration::from_secs(10)).await, "the replica stops in time");
    }
}

impl World {
    /// With a clock that stands still until told.
    pub(crate) async fn new() -> Self {
        Self::at(Namespace::new()).await
    }

    pub(crate) async fn at(namespace: Namespace) -> Self {
        let start = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        Self::with(namespace, Clock::manual(start)).await
    }

    pub(crate) async fn with(namespace: Namespace, clock: Clock) -> Self {
        let namespace = namespace.with("LEASE_SECONDS", "5").with("RECONCILE_SECONDS", "1");
        let broker = Broker::connect(&namespace).await;
        let database = namespace.database().await;
        Self { namespace, clock, broker, database }
    }

    pub(crate) async fn start(&self) -> Replica {
        let mut env = self.namespace.env();
        let config = Config::read(&mut env);
        let config = env.finish(config).expect("the configuration is good");
        let life = Life::detached();
        let Running { messaging } =
            expiration::start(config, self.clock.clone(), &life).await.expect("the service starts");
        let replica = Replica { life, messaging };
        eventually("the replica to be ready", || async { replica.life.is_ready().then_some(()) }).await;
        replica
    }

    /// An order that was just made and lapses after `seconds`.
    pub(crate) fn order(&self, seconds: i64) -> OrderState {
        let now = self.clock.now();
        OrderState {
            id: OrderId::generate(now, entropy()),
            version: 1,
            buyer_id: UserId::generate(now, entropy()),
            status: OrderStatus::Created,
            expires_at: now + SignedDuration::from_secs(seconds),
            total_minor: Minor::new(2500).unwrap(),
            currency: "usd".parse().unwrap(),
            cancel_reason: None,
            payment_id: None,
            items: Vec::new(),
        }
    }

    /// A new order whose deadline the service has stored.
    pub(crate) async fn waiting(&self, seconds: i64) -> OrderState {
        let order = self.order(seconds);
        self.broker.publish(&Event::OrderCreated(order.clone())).await;
        self.status_becomes(&order, "waiting").await;
        order
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn deadline(&self, order: &OrderState) -> Option<Stored> {
        let filter = doc! { "_id": order.id.to_string() };
        let rows = self.database.collection::<messaging::Row<Stored>>("deadlines");
        rows.find_one(filter).await.unwrap().map(|row| row.state)
    }

    pub(crate) async fn status_becomes(&self, order: &OrderState, status: &str) {
        eventually(format!("the deadline to be {status}"), || async {
            (self.deadline(order).await?.status == status).then_some(())
        })
        .await;
    }

    /// The orders announced so far, in order.
    pub(crate) async fn announced(&self) -> Vec<OrderId> {
        let events = self.broker.events(Stream::Expirations).await;
        let order = |event| match event {
            Event::ExpirationCompleted(data) => data.order_id,
            other => panic!("unexpected {}", other.kind()),
        };
        events.into_iter().map(order).collect()
    }

    pub(crate) async fn announced_becomes(&self, orders: &[&OrderState]) {
        let mut wanted: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
        wanted.sort();
        eventually(format!("the announcement of {wanted:?}"), || async {
            let mut announced = self.announced().await;
            announced.sort();
            (announced == wanted).then_some(())
        })
        .await;
    }

    /// Waits until the service has dealt with all orders' events.
    pub(crate) async fn settled(&self, replica: &Replica) {
        // Events are handled concurrently: one published last may be handled before. Its own effect and no
        // pending message of the consumer are the sign.
        eventually("all events to be handled", || async {
            self.pending().await.filter(|pending| *pending == 0)
        })
        .await;
        assert_eq!(replica.messaging.dead_letters().list().await.unwrap(), Vec::new());
    }

    pub(crate) async fn pending(&self) -> Option<u64> {
        let client = async_nats::connect(self.namespace.variable("NATS_URL")).await.ok()?;
        let stream = format!("{}_ORDERS", self.namespace.name().to_uppercase());
        let stream = async_nats::jetstream::new(client).get_stream(stream).await.ok()?;
        let info = stream.consumer_info("expiration").await.ok()?;
        Some(info.num_pending + u64::try_from(info.num_ack_pending).ok()?)
    }

    pub(crate) async fn redis(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.namespace.variable("REDIS_URL")).unwrap();
        client.get_multiplexed_async_connection().await.expect("the test Redis answers")
    }

    pub(crate) fn key(&self, name: &str) -> String {
        let name_space = self.namespace.name();
        format!("{{{name_space}.{name_space}}}:deadlines:{name}")
    }

    /// The members of `due` and of `leased`.
    pub(crate) async fn indexed(&self) -> (Vec<String>, Vec<String>) {
        let mut redis = self.redis().await;
        (
            redis.zrange(self.key("due"), 0, -1).await.unwrap(),
            redis.zrange(self.key("leased"), 0, -1).await.unwrap(),
        )
    }

    pub(crate) async fn index_becomes_empty(&self) {
        eventually("the index to be empty", || async {
            (self.indexed().await == (Vec::new(), Vec::new())).then_some(())
        })
        .await;
    }

    /// Nothing is left to send, to look at or to do.
    pub(crate) async fn is_clean(&self, replica: &Replica) {
        eventually("the outbox to be empty", || async {
            replica.messaging.outbox_is_empty().await.unwrap().then_some(())
        })
        .await;
        self.settled(replica).await;
    }
}

/// The next version of an order.
pub(crate) fn then(order: &OrderState, status: OrderStatus) -> OrderState {
    OrderState { version: order.version + 1, status, ..order.clone() }
}
