//! `POST /tickets/{id}/withdraw`

use axum::response::{IntoResponse, Redirect, Response};
use common::id::TicketId;
use leptos::prelude::*;

use super::{page_id::PageId, ticket_page};
use crate::{
    backend::tickets, caller::Caller, pages::withdraw::Withdraw, render, trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, PageId(id): PageId<TicketId>) -> Result<Response, Trouble> {
    let page = ticket_page::path(id);
    let Err(error) = tickets::withdraw(&caller, id).await else {
        return Ok(Redirect::to("/me/tickets").into_response());
    };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(page.clone()))?;
    let (visit, ticket) = tokio::join!(caller.visit_of(page), tickets::show(&caller, id));
    let ticket = ticket?;
    Ok(render::page(
        refusal.outcome(),
        visit,
        |visit| view! { <Withdraw visit ticket refusal=Some(refusal)/> },
    ))
}
