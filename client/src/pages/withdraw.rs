//! Taking a listing off the market: are you sure?

use common::api::TicketView;
use islands::t;
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    layout::Layout,
};
use crate::{
    caller::Visit,
    view::{money, refusal::Refusal},
};

#[component]
pub(crate) fn Withdraw(visit: Visit, ticket: TicketView, refusal: Option<Refusal>) -> impl IntoView {
    let path = format!("/tickets/{}", ticket.id);
    let action = format!("{path}/withdraw");
    let left = t!("withdraw-left", count = ticket.available, quantity = ticket.quantity);
    view! {
        <Layout title=titled(t!("withdraw-title"), refusal.as_ref()) visit>
            <div class="narrow stack">
                <h1>{t!("withdraw-title")}</h1>
                <Alert refusal/>
                <section class="panel stack">
                    <h2>{ticket.title.to_string()}</h2>
                    <p class="soft">{money::amount(ticket.price, &ticket.currency)}" · "{left}</p>
                    <p>{t!("withdraw-consequences")}</p>
                    <form method="post" action=action>
                        <p class="actions">
                            <button class="danger">{t!("withdraw-button")}</button>
                            <a href=path>{t!("withdraw-keep")}</a>
                        </p>
                    </form>
                </section>
            </div>
        </Layout>
    }
}
