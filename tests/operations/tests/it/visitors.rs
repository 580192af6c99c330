//! People who look around, with and without the API, and note every answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use common::id::TicketId;
use e2e::{Market, Person, Tally};
use tokio::task::JoinHandle;

/// Visitors who go on until told to stop.
pub(crate) struct Visitors {
    stop: Arc<AtomicBool>,
    tally: Arc<Tally>,
    tasks: Vec<JoinHandle<()>>,
}

impl Visitors {
    /// Sends `count` visitors around.
    pub(crate) async fn start(market: &Market, count: usize, tickets: &[TicketId]) -> Self {
        let (stop, tally) = (Arc::<AtomicBool>::default(), Arc::<Tally>::default());
        let people = market.people("visitor", count).await;
        let tasks = people
            .into_iter()
            .zip(tickets.iter().cycle())
            .map(|(person, ticket)| tokio::spawn(look_around(person, *ticket, stop.clone(), tally.clone())))
            .collect();
        Self { stop, tally, tasks }
    }

    /// Waits until `more` further requests have been answered.
    pub(crate) async fn go_on(&self, more: usize) {
        let (goal, began) = (self.tally.answers() + more, Instant::now());
        while self.tally.answers() < goal {
            assert!(began.elapsed() < Duration::from_secs(30), "no {more} answers: {:?}", self.tally);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it. Returns what they were answered.
    pub(crate) async fn stop(self) -> Arc<Tally> {
        self.stop.store(true, Ordering::Relaxed);
        for visitor in self.tasks {
            visitor.await.expect("a visitor does not panic");
        }
        self.tally
    }
}

/// Pages and API, read and written. Reserving by form is the one write that goes through the client.
async fn look_around(person: Person, ticket: TicketId, stop: Arc<AtomicBool>, tally: Arc<Tally>) {
    let get = |path: &str| person.actor().request("GET", path);
    while !stop.load(Ordering::Relaxed) {
        let page = format!("/tickets/{ticket}");
        for request in [
            get("/"),
            get(&page),
            get("/me/orders"),
            get("/api/tickets"),
            get(&format!("/api/tickets/{ticket}")),
            get("/api/orders"),
            get("/api/users/currentuser"),
        ] {
            visit(&tally, request).await;
        }
        let form = person.actor().request("POST", &format!("{page}/reserve"));
        let form = form.header("sec-fetch-site", "same-origin").form(&[("quantity", "1")]);
        let order = visit(&tally, form).await;
        // Over the limit of what one may hold there is no order to give up.
        if let Some(order) = order.filter(|path| path.starts_with("/orders/")) {
            let form = person.actor().request("POST", &format!("{order}/cancel"));
            visit(&tally, form.header("sec-fetch-site", "same-origin")).await;
        }
    }
}

/// Sends it and returns where its answer leads.
async fn visit(tally: &Tally, request: reqwest::RequestBuilder) -> Option<String> {
    // See e2e::Trade for why each request has its own connection.
    let request = request.header("connection", "close").build().expect("a request can be made");
    let what = format!("{} {}", request.method(), request.url().path());
    let outcome = async {
        let response = reqwest::Client::new().execute(request).await?;
        let location = response.headers().get("location").and_then(|value| value.to_str().ok());
        let location = location.map(ToOwned::to_owned);
        let status = response.status().as_u16();
        // The whole of it has to arrive.
        response.bytes().await?;
        Ok::<_, reqwest::Error>((status, location))
    };
    let outcome = outcome.await;
    tally.note(what, outcome.as_ref().map(|(status, _)| *status));
    outcome.ok()?.1
}
