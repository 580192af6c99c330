//! `POST /tickets/{id}/edit`

use axum::response::{IntoResponse, Redirect, Response};
use common::{http::Form, id::TicketId};
use leptos::prelude::*;

use super::{page_id::PageId, ticket_page};
use crate::{
    backend::tickets, caller::Caller, forms::ListingForm, pages::edit::Edit, render, view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    PageId(id): PageId<TicketId>,
    Form(form): Form<ListingForm>,
) -> Response {
    let page = ticket_page::path(id);
    let refusal = match form.check() {
        Ok(draft) => match tickets::edit(&caller, id, &draft).await {
            Ok(()) => return Redirect::to(page.as_str()).into_response(),
            Err(error) => Refusal::always(error),
        },
        Err(fields) => Refusal::invalid(fields),
    };
    let refusal = refusal.leading_to(page.clone());
    let visit = caller.visit_of(page).await;
    render::page(refusal.outcome(), visit, |visit| view! { <Edit visit id form refusal=Some(refusal)/> })
}
