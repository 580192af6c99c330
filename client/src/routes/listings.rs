//! The listings that another thing is about.

use std::time::Duration;

use common::{api::TicketView, id::TicketId};
use futures::future::join_all;

use crate::{backend::tickets, caller::Caller};

/// What an event is called, when and where it is can be waited for this long. What it is about is worth showing without.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Those of these listings that can be had at once, as they are now.
pub(super) async fn known(caller: &Caller, wanted: impl IntoIterator<Item = TicketId>) -> Vec<TicketView> {
    let asked = wanted
        .into_iter()
        .map(|id| async move { tokio::time::timeout(TIMEOUT, tickets::show(caller, id)).await.ok()?.ok() });
    join_all(asked).await.into_iter().flatten().collect()
}
