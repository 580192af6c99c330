//! The listening half: HTTP/1.1 that can also refuse, fall silent and hang up.

use std::{io, sync::Arc};

use http::{Response, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::{Answer, Front, Outage, Request};

impl Front {
    /// Answers whoever connects for as long as the runtime lives; after an outage at the same address.
    pub(crate) async fn listen(self: Arc<Self>, mut listener: TcpListener) -> io::Result<()> {
        let address = listener.local_addr()?;
        let mut outage = self.outage.subscribe();
        loop {
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (stream, _) = accepted?;
                        tokio::spawn(Arc::clone(&self).serve(stream));
                    }
                    _ = outage.wait_for(|outage| *outage == Some(Outage::Refuses)) => break,
                }
            }
            drop(listener);
            let _ = outage.wait_for(|outage| *outage != Some(Outage::Refuses)).await;
            listener = TcpListener::bind(address).await?;
        }
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let mut outage = self.outage.subscribe();
        let service = service_fn(|request| Arc::clone(&self).respond(request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::select! {
            // An error is a fault in play, or a client that went away.
            _ = connection => {}
            _ = outage.wait_for(|outage| *outage == Some(Outage::Refuses)) => {}
        }
    }

    async fn respond(
        self: Arc<Self>,
        request: http::Request<Incoming>,
    ) -> Result<Response<Full<bytes::Bytes>>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let request = Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            order: None,
        };
        let answer = self.answer(request).await;
        let Answer { status, body, again } = answer.ok_or_else(|| io::Error::other("hanging up"))?;
        let mut response = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
        if again {
            response = response.header("idempotent-replayed", "true");
        }
        response.body(Full::new(body)).map_err(io::Error::other)
    }
}
