//! `GET /tickets/{id}/edit`

use axum::{extract::State, response::Response};
use common::id::TicketId;
use leptos::prelude::*;

use super::{own_ticket, page_id::PageId};
use crate::{
    caller::Caller,
    forms::ListingForm,
    pages::edit::Edit,
    render::{self, Outcome},
    state::AppState,
    trouble::Trouble,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<TicketId>,
) -> Result<Response, Trouble> {
    let ticket = own_ticket::find(&caller, id).await?;
    let visit = caller.visit().await;
    let form = ListingForm::of(&ticket, &state.time_zone);
    Ok(render::page(Outcome::OK, visit, |visit| view! { <Edit visit id form refusal=None/> }))
}
