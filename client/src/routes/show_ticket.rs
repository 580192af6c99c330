//! `GET /tickets/{id}`

use axum::response::Response;

use super::{page_id::PageId, ticket_page};
use crate::{caller::Caller, forms::ReserveForm, trouble::Trouble};

pub(super) async fn handle(
    caller: Caller,
    PageId(id): PageId<common::id::TicketId>,
) -> Result<Response, Trouble> {
    ticket_page::answer(&caller, id, ReserveForm::default(), None).await
}
