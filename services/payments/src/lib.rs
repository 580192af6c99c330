//! The payments service: it takes the money for an order once its seats are certain, and gives back what came late.
//!
//! `domain` decides, `gateway` moves the money, `store` commits each change with its announcement, and `settle` brings
//! the three together for `routes`, `events` and the `reconciler` alike.

mod audit;
mod command;
mod config;
mod domain;
mod error;
mod events;
mod gateway;
#[cfg(test)]
mod interleavings;
mod payouts;
mod reconciler;
mod refunds;
mod routes;
mod settle;
mod state;
mod store;

use std::net::SocketAddr;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::Messaging;
use runtime::{Env, Failure, Life, Server, Service};

pub use self::{
    command::{Command, LedgerCommand, MoneyCommand, PayoutsCommand, Refund},
    config::Config,
};
use self::{
    domain::Payment,
    state::{AppState, Money},
};

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
        matches!(command, Command::Common(messaging::Command::Serve))
    }

    fn config(env: &mut Env) -> Option<Config> {
        Config::read(env)
    }

    async fn run(config: Config, command: Command, life: Life) -> Result<(), Failure> {
        match command {
            Command::Common(messaging::Command::Serve) => {
                start(config, Clock::System, &life).await?;
                life.stopping().await;
                Ok(())
            }
            Command::Common(messaging::Command::Once(command)) => {
                command.run(config.messaging, PUBLISHES, &life, republish).await
            }
            Command::Money(command) => {
                let messaging = Messaging::connect(config.messaging, PUBLISHES, Clock::System, &life).await?;
                command.run(&Money::open(&messaging, config.rules, Clock::System).await?).await
            }
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
    money: Money,
}

impl Running {
    /// Announces the current state of every payment once more. Returns how many.
    pub async fn republish(&self) -> Result<u64, Failure> {
        self.messaging.republish::<Payment>().await
    }

    /// Does what an operator's command would do beside it.
    pub async fn operate(&self, command: MoneyCommand) -> Result<(), Failure> {
        command.run(&self.money).await
    }
}

/// Starts everything and is ready.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let sessions = config.sessions.verifier(&clock);
    let messaging = Messaging::connect(config.messaging, PUBLISHES, clock.clone(), life).await?;
    let reconcile_every = config.rules.reconcile_every;
    let state = AppState { money: Money::open(&messaging, config.rules, clock).await?, sessions };
    messaging::follow_revocations(&messaging, state.sessions.revocations().clone()).await?;
    for subscription in events::SUBSCRIPTIONS {
        let state = state.clone();
        messaging.subscribe(*subscription, move |delivery| events::handle(state.clone(), delivery)).await?;
    }
    let reconciling = reconciler::run(state.money.clone(), reconcile_every, life.clone());
    life.spawn_critical("the reconciler", reconciling);
    life.spawn_critical("paying sellers", payouts::run(state.money.clone(), life.clone()));
    let money = state.money.clone();
    let server = Server::start(life, &config.http, routes::router(state)).await?;
    life.ready();
    Ok(Running { addr: server.addr(), messaging, money })
}
