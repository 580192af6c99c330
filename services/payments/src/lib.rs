//! The payments service: it takes the money for an order once its seats are certain, and gives back what came late.
//!
//! `domain` decides, `gateway` moves the money, `store` commits each change with its announcement, and `settle` brings
//! the three together for `routes`, `events` and the `reconciler` alike.

mod config;
mod domain;
mod error;
mod events;
mod gateway;
#[cfg(test)]
mod interleavings;
mod reconciler;
mod routes;
mod settle;
mod state;
mod store;

use std::net::SocketAddr;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::{Command, Messaging};
use runtime::{Env, Failure, Life, Server, Service};

pub use self::config::Config;
use self::{domain::Payment, state::AppState};

/// What this service publishes.
const PUBLISHES: &[Stream] = &[Stream::Payments];

/// The payments service.
#[derive(Debug)]
pub struct Payments;

impl Service for Payments {
    const NAME: &'static str = "payments";
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
    Box::pin(messaging.republish::<Payment>())
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
    /// Announces the current state of every payment once more. Returns how many.
    pub async fn republish(&self) -> Result<u64, Failure> {
        self.messaging.republish::<Payment>().await
    }
}

/// Starts everything and is ready.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let sessions = config.sessions.verifier(&clock);
    let messaging = Messaging::connect(config.messaging, PUBLISHES, clock.clone(), life).await?;
    let state = AppState::open(&messaging, config.gateway, sessions, clock).await?;
    messaging::follow_revocations(&messaging, state.sessions.revocations().clone()).await?;
    for subscription in events::SUBSCRIPTIONS {
        let state = state.clone();
        messaging.subscribe(*subscription, move |delivery| events::handle(state.clone(), delivery)).await?;
    }
    let reconciling = reconciler::run(state.clone(), config.reconcile_every, life.clone());
    life.spawn_critical("the reconciler", reconciling);
    let server = Server::start(life, &config.http, routes::router(state)).await?;
    life.ready();
    Ok(Running { addr: server.addr(), messaging })
}
