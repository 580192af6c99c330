//! Listings: what is for sale, by whom, and how much of it is left.
//!
//! A seller's changes are decided here and announced as `ticket.*`. How many units are held and sold is decided by
//! the orders service; this service shows a projection of it, taken from `order.*` and fenced by the inventory's
//! `seq`. `routes` and `events` are the tables of everything that comes in.

mod answer;
mod config;
mod domain;
mod error;
mod events;
mod list_cache;
mod live;
mod routes;
mod state;
mod store;

use std::net::SocketAddr;

use common::{clock::Clock, events::Stream};
use futures::future::BoxFuture;
use messaging::{Command, Messaging, follow_revocations};
use runtime::{Env, Failure, Life, Server, Service};

pub use self::config::Config;
use self::{domain::Ticket, list_cache::ListCache, live::Live, state::AppState, store::Listings};

/// The service.
#[derive(Debug)]
pub struct Tickets;

/// The streams this service publishes to.
const PUBLISHES: &[Stream] = &[Stream::Tickets];

/// A running service.
#[derive(Debug)]
pub struct Running {
    /// Where its HTTP API listens.
    pub addr: SocketAddr,
    /// Its connections.
    pub messaging: Messaging,
}

/// Connects, subscribes and serves until `life` ends.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let messaging = Messaging::connect(config.messaging, PUBLISHES, clock.clone(), life).await?;
    let sessions = config.sessions.verifier(&clock);
    follow_revocations(&messaging, sessions.revocations().clone()).await?;
    let state = AppState {
        listings: Listings::open(&messaging).await?,
        lists: ListCache::new(clock.clone()),
        live: Live::start(&messaging, config.live, clock.clone(), life).await?,
        sessions,
        clock,
        currency: config.currency,
    };
    for subscription in events::SUBSCRIPTIONS {
        let state = state.clone();
        messaging.subscribe(*subscription, move |delivery| events::handle(state.clone(), delivery)).await?;
    }
    let server = Server::start(life, &config.http, routes::router(state)).await?;
    life.ready();
    Ok(Running { addr: server.addr(), messaging })
}

impl Service for Tickets {
    const NAME: &'static str = "tickets";
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
    Box::pin(messaging.republish::<Ticket>())
}
