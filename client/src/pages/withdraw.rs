//! Taking a listing off the market: are you sure?

use common::api::TicketView;
use leptos::prelude::*;

use super::{alert::Alert, layout::Layout};
use crate::{caller::Visit, view::refusal::Refusal};

#[component]
pub(crate) fn Withdraw(visit: Visit, ticket: TicketView, refusal: Option<Refusal>) -> impl IntoView {
    let path = format!("/tickets/{}", ticket.id);
    let action = format!("{path}/withdraw");
    view! {
        <Layout title="Withdraw a listing" visit>
            <div class="narrow">
                <h1>"Withdraw a listing"</h1>
                <Alert refusal/>
                <p>"Take "<strong>{ticket.title.to_string()}</strong>" off the market? It cannot be put back."</p>
                <form method="post" action=action>
                    <div class="actions">
                        <button class="danger">"Withdraw"</button>
                        <a href=path>"Keep it on sale"</a>
                    </div>
                </form>
            </div>
        </Layout>
    }
}
