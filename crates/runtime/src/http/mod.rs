//! The HTTP server and what surrounds every handler.

mod docs;
mod events;
mod patience;
mod surround;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, middleware};
use common::{error::ErrorCode, http::ApiError};
use tokio::{net::TcpListener, sync::Semaphore};

pub use self::{
    docs::docs,
    events::{EventQueue, EventSettings, EventStreams, Events, Gone, Seat},
};
use self::{
    patience::Patient,
    surround::{Bounds, surround},
};
use crate::{Env, Failure, Life};

/// Settings of the HTTP server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    addr: SocketAddr,
    timeout: Duration,
    body_limit_bytes: usize,
    max_handlers: usize,
}

impl HttpSettings {
    /// Reads `HTTP_ADDR`, `REQUEST_TIMEOUT_SECONDS`, `BODY_LIMIT_BYTES` and `MAX_REQUESTS_AT_ONCE`.
    pub fn read(env: &mut Env) -> Self {
        Self {
            addr: env.or("HTTP_ADDR", ([0, 0, 0, 0], 3000).into()),
            timeout: Duration::from_secs(env.or("REQUEST_TIMEOUT_SECONDS", 10)),
            body_limit_bytes: env.or("BODY_LIMIT_BYTES", 64 * 1024),
            max_handlers: env.or("MAX_REQUESTS_AT_ONCE", 1024),
        }
    }

    /// Settings for tests: any loopback port.
    pub fn loopback() -> Self {
        Self {
            addr: ([127, 0, 0, 1], 0).into(),
            timeout: Duration::from_secs(10),
            body_limit_bytes: 64 * 1024,
            max_handlers: 1024,
        }
    }
}

/// A listening HTTP server.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
}

impl Server {
    /// Serves `router` until [`Life::stopping`], then finishes the requests it has.
    ///
    /// Around every handler stand: a request id, a span with the trace, metrics, a deadline, a body limit, the
    /// same-origin check, and a task of its own for unsafe methods. Whatever is refused on the way is answered
    /// as problem+json. The deadline is one for the beginning of an answer; an answer that goes on, as [`EventStreams`]
    /// do, is cut only when its reader takes nothing for 10 s.
    pub async fn start(life: &Life, settings: &HttpSettings, router: Router) -> Result<Self, Failure> {
        Self::start_behind(life, settings, router, |app| app).await
    }

    /// As [`Server::start`], with `outermost` put around everything: for a server whose refusals are not to be
    /// read by programs, and which therefore rewrites them.
    pub async fn start_behind(
        life: &Life,
        settings: &HttpSettings,
        router: Router,
        outermost: impl FnOnce(Router) -> Router,
    ) -> Result<Self, Failure> {
        let listener = TcpListener::bind(settings.addr).await.map_err(|error| {
            Failure::from_error(error).during(&format!("listening on HTTP_ADDR {}", settings.addr))
        })?;
        let addr = listener.local_addr()?;
        let bounds = Bounds {
            timeout: settings.timeout,
            body_bytes: settings.body_limit_bytes,
            handlers: Arc::new(Semaphore::new(settings.max_handlers)),
            life: life.clone(),
        };
        let app = router
            .fallback(async || ApiError::not_found())
            .method_not_allowed_fallback(async || {
                ApiError::new(ErrorCode::MethodNotAllowed, "This method is not allowed here")
            })
            .layer(DefaultBodyLimit::max(settings.body_limit_bytes))
            .layer(middleware::from_fn(move |request, next| surround(bounds.clone(), request, next)));
        // Finished once here; left to the server, it would be cloned with all its handlers for every connection.
        let app = outermost(app).with_state(()).into_make_service();
        let until = life.clone();
        life.spawn_critical("the HTTP server", async move {
            let listener = Patient::new(listener);
            axum::serve(listener, app).with_graceful_shutdown(async move { until.stopping().await }).await?;
            Ok(())
        });
        tracing::info!(%addr, "listening");
        Ok(Self { addr })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}
