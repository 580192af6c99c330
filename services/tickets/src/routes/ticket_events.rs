//! `GET /api/tickets/events`: what changes, as it happens.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName},
    response::Response,
};
use common::{
    field::Fields,
    http::{ApiError, QueryParams},
    id::TicketId,
    text::Moment,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    paging::parameter,
    refusals::{Anywhere, OnParameters},
};
use crate::{
    live::{Filter, Resume},
    state::AppState,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// As many as a page can have.
const MOST_IDS: usize = 200;

/// Which changes. A parameter without a value counts as not given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventParams {
    /// Only of the listings with these ids, at most 200, with commas between them.
    ids: Option<String>,
    /// When the page was true, an RFC 3339 time: what happened since, or a little before, is told first.
    since: Option<String>,
}

/// Changes of listings as they happen, as server-sent events.
///
/// `availability` has an `AvailabilityChange` as its data, `listed`, `edited` and `withdrawn` a `ListingChange`. Changes
/// of one listing within a tenth of a second come as one. `reset` means that changes were missed: read again what is
/// shown; what comes after it is newer. Any event may come twice, and an older one after a newer one.
#[utoipa::path(
    get,
    path = "/api/tickets/events",
    params(
        EventParams,
        (
            "Last-Event-ID" = Option<String>, Header,
            description = "The `id` of the last event received: what came after it is told first, by whichever pod"
        )
    ),
    responses(
        (
            status = 200, description = "Events, and a comment every 15 s, until either side has had enough",
            content((String = "text/event-stream"))
        ),
        OnParameters,
        Anywhere,
    )
)]
pub(super) async fn ticket_events(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(params): QueryParams<EventParams>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (listed, since) = (given(params.ids), given(params.since));
    let listed = parameter(&mut fields, "ids", listed.as_deref(), ids);
    let since = parameter(&mut fields, "since", since.as_deref(), str::parse::<Moment>);
    fields.finish(Some(())).map_err(ApiError::invalid)?;
    let filter = listed.map_or(Filter::Everything, Filter::these);
    let resume = match headers.get(LAST_EVENT_ID) {
        Some(id) => Resume::After(id.to_str().unwrap_or_default().to_owned()),
        None => Resume::Since(since.map(|Moment(since)| since)),
    };
    state.live.open(filter, &resume)
}

fn ids(text: &str) -> Result<Vec<TicketId>, String> {
    let rule = || format!("must be 1 to {MOST_IDS} ids of 24 hexadecimal digits, with commas between them");
    let ids =
        text.split(',').map(|id| id.trim().parse()).collect::<Result<Vec<_>, _>>().map_err(|_| rule())?;
    if ids.len() > MOST_IDS { Err(rule()) } else { Ok(ids) }
}
