//! The web client: pages and forms rendered on the server, which work in any browser with scripts off.
//!
//! It owns no data. Every page is made from answers of the services, asked with the visitor's own cookie, and
//! every form is passed on to the service that decides. Dependencies point one way:
//! `routes -> pages -> view`, and `routes -> forms, backend`.

// A page is one type, as deep as its elements are nested.
#![recursion_limit = "256"]

mod assets;
mod backend;
mod basket;
mod caller;
mod config;
mod forms;
mod kept;
mod layers;
mod local_path;
mod notice;
mod pages;
mod reader;
mod render;
mod routes;
mod shelf;
mod state;
mod stripe;
mod template;
mod trouble;
mod view;

use std::{net::SocketAddr, sync::Arc};

use clap::Subcommand;
use common::clock::Clock;
use runtime::{Env, Failure, Life, Server, Service};

use self::{assets::Assets, kept::Kept, state::AppState};
pub use self::{backend::Services, config::Config};

/// The service, for [`runtime::main`].
#[derive(Debug)]
pub struct Client;

/// What the binary can be asked to do.
#[derive(Debug, Clone, Default, Subcommand)]
pub enum Command {
    /// Serve the pages (the default).
    #[default]
    Serve,
}

/// A client that is serving.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Service for Client {
    const NAME: &'static str = "client";
    type Config = Config;
    type Command = Command;

    fn is_daemon(command: &Command) -> bool {
        match command {
            Command::Serve => true,
        }
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
        }
    }
}

/// Starts serving. The services need not be up: a page says what is missing.
pub async fn start(config: Config, clock: Clock, life: &Life) -> Result<Running, Failure> {
    let assets = Arc::new(Assets::in_folder(&config.assets)?);
    let state = AppState {
        services: config.services.connect()?,
        clock,
        cookie: config.cookie,
        assets: assets.clone(),
        time_zone: config.time_zone,
        stripe: config.stripe.map(Arc::new),
        kept: Kept::new(),
    };
    let server = Server::start_behind(life, &config.http, routes::router(state), |app| {
        layers::outermost(app, assets, config.cookie)
    })
    .await?;
    life.ready();
    Ok(Running { addr: server.addr() })
}
