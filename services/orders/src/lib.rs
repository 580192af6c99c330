//! The orders service: it alone decides who holds a ticket.
//!
//! `domain` decides, `store` commits each decision with its announcement, `routes` and `events` ask for them.

mod config;
mod domain;
mod error;
mod events;
mod live;
mod routes;
mod state;
mod store;
mod sweep;

use std::net::SocketAddr;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::{Command, Messaging};
use runtime::{Env, Failure, Life, Server, Service};

pub use self::config::Config;
use self::{domain::Order, state::AppState, store::Store};

/// What this service publishes.
const PUBLISHES: &[Stream] = &[Stream::Orders];

/// The orders service.
#[derive(Debug)]
pub struct Orders;

impl Service for Orders {
    const NAME: &'static str = "orders";
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
                start(config, Clock::System, &life).await?;
                life.stopping().await;
                Ok(())
            }
            Command::Once(command) => command.run(config.messaging, PUBLISHES, &life, republish).await,
        }
    }
}

fn republish(messaging: &Messaging) -> BoxFuture<'_, Result<u64, Failure>> {
    Box::pin(messaging.republish::<Order>())
}

/// A running service.
#[derive(Debug)]
pub struct Running {
    /// Where its HTTP server listens.
    pub addr: SocketAddr,
    /// Its connections.
    pub messaging: Messaging,
}

impl Running {
    /// Announces the current state of every order once more. Returns how many.
    pub async fn republish(&self) -> Result<u64, Failure> {
        self.messaging.republish::<Order>().await
    }
}

/// Starts everything and is ready.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let messaging = Messaging::connect(config.messaging.clone(), PUBLISHES, clock.clone(), life).await?;
    let store = Store::open(&messaging).await?;
    let state = AppState::new(&config, store, clock, life);
    messaging::follow_revocations(&messaging, state.sessions.revocations().clone()).await?;
    state.live.follow(&messaging).await?;
    for subscription in events::SUBSCRIPTIONS {
        let state = state.clone();
        messaging.subscribe(*subscription, move |delivery| events::handle(state.clone(), delivery)).await?;
    }
    life.spawn_critical("the sweep of overdue reservations", sweep::run(state.clone(), life.clone()));
    let server = Server::start(life, &config.http, routes::router(state)).await?;
    life.ready();
    Ok(Running { addr: server.addr(), messaging })
}
