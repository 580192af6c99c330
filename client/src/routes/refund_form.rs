//! `GET /me/sales/{payment}/{ticket}`

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::refund_page::{self, SaleId};
use crate::{caller::Caller, state::AppState, trouble::Trouble};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Path(ids): Path<(String, String)>,
) -> Result<Response, Trouble> {
    refund_page::answer(&caller, &state, SaleId::read(&ids)?, None).await
}
