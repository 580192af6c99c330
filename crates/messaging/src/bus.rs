//! A service's connections to its database and the broker.

use std::{future::Future, sync::Arc, time::Duration};

use async_nats::jetstream::{
    self,
    stream::{Config as StreamConfig, DiscardPolicy, StorageType},
};
use common::{clock::Clock, events::Stream, session::TOKEN_SECONDS};
use mongodb::{
    Client, Database,
    options::{ClientOptions, ReadConcern},
};
use runtime::{Failure, Life};
use secrecy::ExposeSecret;
use tokio::sync::{mpsc, watch};

use crate::{
    MessagingSettings, Row, StoreError, Subscription, Transaction,
    consumer::{self, Delivery, Outcome},
    dead_letter::{self, DeadLetters},
    outbox::Outbox,
    relay, republish,
    transaction::durable,
};

/// Commits the relay may be behind before the sweeper has to help.
const RELAY_QUEUE: usize = 16_384;
/// How long events are kept, except revocations, which live as long as a token. A consumer away for longer
/// needs the publishers' `republish`.
const RETENTION: Duration = Duration::from_hours(14 * 24);
/// How long the broker recognises an event it has already stored.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// The connections, and everything that is done over them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Messaging {
    settings: Arc<MessagingSettings>,
    client: Client,
    jetstream: jetstream::Context,
    outbox: Outbox,
    collections: watch::Sender<Vec<&'static str>>,
    life: Life,
    clock: Clock,
}

impl Messaging {
    /// Connects to MongoDB and NATS, makes the streams of `publishes` and the dead letters, and starts the relay.
    ///
    /// What is not there yet is waited for, `STARTUP_SECONDS` at most, with a log line that says for what.
    pub async fn connect(
        settings: MessagingSettings,
        publishes: &'static [Stream],
        clock: Clock,
        life: &Life,
    ) -> Result<Self, Failure> {
        let patience = Duration::from_secs(settings.startup_seconds);
        let client = eventually("MongoDB (MONGODB_URI)", patience, || connect_mongodb(&settings)).await?;
        let nats = eventually("NATS (NATS_URL)", patience, || connect_nats(&settings)).await?;
        let jetstream = jetstream::ContextBuilder::new()
            .ack_timeout(Duration::from_secs(5))
            .max_ack_inflight(RELAY_QUEUE)
            .build(nats);
        let (relay, queue) = mpsc::channel(RELAY_QUEUE);
        let messaging = Self {
            client,
            jetstream,
            outbox: Outbox::new(clock.clone(), relay),
            collections: watch::Sender::new(Vec::new()),
            life: life.clone(),
            clock,
            settings: Arc::new(settings),
        };
        eventually("the streams of JetStream", patience, || async {
            for stream in publishes {
                messaging.ensure_stream(*stream).await?;
            }
            dead_letter::ensure_stream(&messaging).await
        })
        .await?;
        relay::start(&messaging, publishes, queue);
        Ok(messaging)
    }

    /// The service's own database.
    pub fn database(&self) -> Database {
        self.client.database(&self.settings.database)
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(&self.client, self.outbox.clone()).await
    }

    /// Runs `handler` for every event of the subscription until the process ends, and is not ready without it.
    pub async fn subscribe<H, F>(&self, subscription: Subscription, handler: H) -> Result<(), Failure>
    where
        H: Fn(Delivery) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        consumer::start(self, subscription, handler).await
    }

    /// What this service could not handle.
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.clone())
    }

    /// Announces the current state of every aggregate of type `A` once more. Returns how many.
    pub async fn republish<A: crate::Aggregate>(&self) -> Result<u64, Failure>
    where
        Row<A>: Unpin,
    {
        republish::republish::<A>(self).await
    }

    /// Whether every announcement committed so far has been sent and pruned.
    pub async fn outbox_is_empty(&self) -> Result<bool, StoreError> {
        let collections = self.collections.borrow().clone();
        for collection in collections {
            let unsent = bson::doc! { "outbox.id": { "$gt": "" } };
            let found = self.database().collection::<bson::Document>(collection).find_one(unsent).await;
            if found.map_err(StoreError::during("looking for unsent events"))?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(crate) fn settings(&self) -> &MessagingSettings {
        &self.settings
    }

    pub(crate) fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    pub(crate) fn life(&self) -> &Life {
        &self.life
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    pub(crate) fn collections(&self) -> watch::Receiver<Vec<&'static str>> {
        self.collections.subscribe()
    }

    /// Tells the relay about a collection with outboxes.
    pub(crate) fn serve_collection(&self, name: &'static str) {
        self.collections.send_modify(|names| names.push(name));
    }

    /// Creates a stream, or brings an existing one to our settings; fails where it cannot be brought there.
    pub(crate) async fn ensure_stream(&self, stream: Stream) -> Result<(), Failure> {
        let max_age = match stream {
            Stream::Sessions => Duration::from_secs(TOKEN_SECONDS.unsigned_abs()),
            _ => RETENTION,
        };
        self.ensure(StreamConfig {
            name: self.settings.prefix.stream(stream.name()),
            subjects: vec![self.settings.prefix.subject(stream.subjects())],
            max_age,
            duplicate_window: DUPLICATE_WINDOW,
            ..Default::default()
        })
        .await
    }

    pub(crate) async fn ensure(&self, config: StreamConfig) -> Result<(), Failure> {
        let name = config.name.clone();
        let config = StreamConfig {
            storage: StorageType::File,
            num_replicas: self.settings.replicas,
            discard: DiscardPolicy::Old,
            allow_direct: true,
            ..config
        };
        self.jetstream.create_or_update_stream(config).await.map(|_| ()).map_err(|error| {
            Failure::from_error(error).during(&format!("creating or updating the stream {name}"))
        })
    }
}

async fn connect_mongodb(settings: &MessagingSettings) -> Result<Client, Failure> {
    let mut options = ClientOptions::parse(settings.mongodb_uri.expose_secret()).await?;
    options.app_name = Some(settings.service.to_owned());
    options.write_concern = Some(durable());
    // What is read and acted on, or told, cannot be rolled back.
    options.read_concern = Some(ReadConcern::majority());
    options.max_pool_size = Some(settings.pool_size);
    // What `warm_connection_pool` waits for.
    options.min_pool_size = Some(settings.pool_size.min(8));
    options.max_connecting = Some(8);
    options.server_selection_timeout = Some(Duration::from_secs(5));
    let client = Client::with_options(options)?;
    client.database(&settings.database).run_command(bson::doc! { "ping": 1 }).await?;
    client.warm_connection_pool().await;
    Ok(client)
}

async fn connect_nats(settings: &MessagingSettings) -> Result<async_nats::Client, Failure> {
    let mut options = async_nats::ConnectOptions::new();
    // Of an address this client takes the host and the port alone.
    if let Some((user, password)) = &settings.brokers.credentials {
        options = options.user_and_password(user.clone(), password.expose_secret().to_owned());
    }
    let client = options
        .name(settings.service)
        // Answers come there, fetched events too: nobody else may listen.
        .custom_inbox_prefix(format!("_INBOX.{}", settings.service))
        .max_reconnects(None)
        .reconnect_delay_callback(|attempts| Duration::from_millis(100 * (attempts as u64).min(20)))
        .ping_interval(Duration::from_secs(10))
        .connect(&settings.brokers.servers)
        .await?;
    Ok(client)
}

/// Tries `step` every second until it succeeds or `patience` is over.
async fn eventually<T, F>(what: &str, patience: Duration, step: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let began = std::time::Instant::now();
    loop {
        match step().await {
            Ok(value) => return Ok(value),
            Err(failure) if began.elapsed() >= patience => {
                return Err(failure.during(&format!("waiting {}s for {what}", patience.as_secs())));
            }
            Err(failure) => {
                tracing::warn!(%failure, "waiting for {what}: is it running and is the address right?");
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
