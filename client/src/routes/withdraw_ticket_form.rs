//! `GET /tickets/{id}/withdraw`

use axum::response::Response;
use common::id::TicketId;
use leptos::prelude::*;

use super::{own_ticket, page_id::PageId};
use crate::{
    caller::Caller,
    pages::withdraw::Withdraw,
    render::{self, Outcome},
    trouble::Trouble,
};

pub(super) async fn handle(caller: Caller, PageId(id): PageId<TicketId>) -> Result<Response, Trouble> {
    let ticket = own_ticket::find(&caller, id).await?;
    let visit = caller.visit().await;
    Ok(render::page(Outcome::OK, visit, |visit| view! { <Withdraw visit ticket refusal=None/> }))
}
