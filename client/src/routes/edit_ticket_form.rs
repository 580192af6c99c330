//! `GET /tickets/{id}/edit`

use axum::response::Response;
use common::id::TicketId;
use leptos::prelude::*;

use super::{page_id::PageId, ticket_page};
use crate::{
    caller::Caller,
    forms::ListingForm,
    pages::edit::Edit,
    render::{self, Outcome},
    trouble::Trouble,
};

pub(super) async fn handle(caller: Caller, PageId(id): PageId<TicketId>) -> Result<Response, Trouble> {
    let ticket = ticket_page::own(&caller, id).await?;
    let visit = caller.visit().await;
    let form = ListingForm::of(&ticket);
    Ok(render::page(Outcome::OK, visit, |visit| view! { <Edit visit id form refusal=None/> }))
}
