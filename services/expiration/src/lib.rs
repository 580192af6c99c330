//! Announces that a reservation's time is over, once for every order and as close to its deadline as it can.
//!
//! `MongoDB` says which deadlines there are; Redis only says which comes next. Losing Redis costs lateness, never
//! an announcement.

mod config;
mod domain;
mod events;
mod reconciler;
mod state;
mod store;
mod timers;
mod worker;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::{Command, Messaging};
use runtime::{Env, Failure, Life, Service};

pub use self::config::Config;
use self::{
    domain::Deadline, reconciler::Reconciler, state::AppState, store::Deadlines, timers::Timers,
    worker::Worker,
};

/// The stream this service publishes to.
const PUBLISHES: &[Stream] = &[Stream::Expirations];

/// The expiration service.
#[derive(Debug)]
pub struct Expiration;

/// The service, started. It runs until its [`Life`] ends.
#[derive(Debug)]
pub struct Running {
    /// Its connections, for tests to look into.
    pub messaging: Messaging,
}

impl Service for Expiration {
    const NAME: &'static str = "expiration";
    type Config = Config;
    type Command = Command;

    fn is_daemon(command: &Command) -> bool {
        matches!(command, Command::Serve)
    }

    fn config(env: &mut Env) -> Option<Config> {
        Config::read(env)
    }

    async fn run(config: Config, command: Command, life: Life) -> Result<(), Failure> {
        match command {
            Command::Serve => {
                let _running = start(config, Clock::System, &life).await?;
                life.stopping().await;
                Ok(())
            }
            Command::Once(command) => command.run(config.messaging, PUBLISHES, &life, republish).await,
        }
    }
}

/// Announces every fired deadline once more. Returns how many.
pub fn republish(messaging: &Messaging) -> BoxFuture<'_, Result<u64, Failure>> {
    Box::pin(messaging.republish::<Deadline>())
}

/// Starts everything the service does. `life` is ready once it follows the orders; Redis is not waited for.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let namespace = config.messaging.namespace();
    let messaging = Messaging::connect(config.messaging, PUBLISHES, clock.clone(), life).await?;
    let deadlines = Deadlines::open(&messaging).await?;
    let timers = Timers::new(&config.redis, &namespace, config.lease)?;
    let state = AppState { deadlines, timers, clock };

    let handler_state = state.clone();
    messaging
        .subscribe(events::ORDERS, move |delivery| events::handle(handler_state.clone(), delivery))
        .await?;
    let reconciler = Reconciler::new(state.clone(), config.reconcile, life.clone());
    life.spawn_critical("the reconciler", reconciler.run());
    life.spawn_critical("the expiration worker", Worker::new(state, life.clone()).run());
    life.ready();
    Ok(Running { messaging })
}
