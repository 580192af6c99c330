//! The auth service: accounts, and the sessions every other service trusts.
//!
//! `domain` decides, `store` commits each decision with its announcement, `routes` ask for them. `passwords` hashes
//! apart from the rest, and `throttle` limits guessing.

mod client_address;
mod command;
mod config;
mod domain;
mod error;
mod generate_key;
mod passwords;
mod routes;
mod state;
mod store;
mod throttle;

use std::net::SocketAddr;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::Messaging;
use runtime::{Env, Failure, Life, Server, Service};

pub use self::{command::Command, config::Config, generate_key::GenerateKey, passwords::Passwords};
use self::{
    domain::{Session, User},
    state::AppState,
    store::Store,
};

/// What this service publishes.
const PUBLISHES: &[Stream] = &[Stream::Sessions];

/// The auth service.
#[derive(Debug)]
pub struct Auth;

impl Service for Auth {
    const NAME: &'static str = "auth";
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
            Command::GenerateKey(command) => command.run().map(|_| ()),
        }
    }
}

fn republish(messaging: &Messaging) -> BoxFuture<'_, Result<u64, Failure>> {
    Box::pin(async { Ok(messaging.republish::<User>().await? + messaging.republish::<Session>().await?) })
}

/// A running service.
#[derive(Debug)]
pub struct Running {
    /// Where its HTTP server listens.
    pub addr: SocketAddr,
    /// Its connections.
    pub messaging: Messaging,
    /// Its password hashing.
    pub passwords: Passwords,
}

impl Running {
    /// Announces every revocation once more. Returns how many.
    pub async fn republish(&self) -> Result<u64, Failure> {
        republish(&self.messaging).await
    }
}

/// Starts everything and is ready.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let messaging = Messaging::connect(config.messaging.clone(), PUBLISHES, clock.clone(), life).await?;
    let store = Store::open(&messaging).await?;
    let http = config.http.clone();
    let passwords = Passwords::start(config.hash_concurrency, config.hash_queue)
        .map_err(|error| Failure::from_error(error).during("starting the threads that hash passwords"))?;
    let state = AppState::new(config, store, passwords.clone(), clock);
    messaging::follow_revocations(&messaging, state.sessions.revocations().clone()).await?;
    let server = Server::start(life, &http, routes::router(state)).await?;
    life.ready();
    Ok(Running { addr: server.addr(), messaging, passwords })
}
