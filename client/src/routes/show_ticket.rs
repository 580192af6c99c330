//! `GET /tickets/{id}`

use axum::{extract::State, response::Response};
use common::id::TicketId;

use super::{page_id::PageId, ticket_page};
use crate::{caller::Caller, forms::ReserveForm, state::AppState, trouble::Trouble};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<TicketId>,
) -> Result<Response, Trouble> {
    ticket_page::answer(&caller, &state, id, ReserveForm::default(), None).await
}
