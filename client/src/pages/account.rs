//! The visitor's own account: who it is, its password, its sessions.

use common::text::Email;
use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    field::Input,
    layout::Layout,
    told::Told,
};
use crate::{caller::Visit, notice::Notice, view::refusal::Refusal};

pub(crate) const PATH: &str = "/account";

#[component]
pub(crate) fn Account(
    visit: Visit,
    /// Unknown while the accounts are not answering.
    email: Option<Email>,
    refusal: Option<Refusal>,
    notice: Option<Notice>,
) -> impl IntoView {
    let who = email.clone().map(|email| {
        view! {
            <section class="panel who-am-i">
                <p>{t!("account-signed-in-as")}" "<strong>{email.to_string()}</strong></p>
                <form method="post" action="/signout"><button class="quiet">{t!("sign-out")}</button></form>
            </section>
        }
    });
    view! {
        <Layout title=titled(t!("nav-account"), refusal.as_ref()) visit>
            <div class="medium stack">
                <h1>{t!("nav-account")}</h1>
                <Told notice/>
                <Alert refusal=refusal.clone()/>
                {who}
                <Password email refusal/>
                <Everywhere/>
            </div>
        </Layout>
    }
}

/// The form that changes the password.
#[component]
fn Password(email: Option<Email>, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let (current_error, new_error) = (error("currentPassword"), error("newPassword"));
    view! {
        <section class="panel stack" aria-labelledby="password">
            <h2 id="password">{t!("account-change-password")}</h2>
            <p class="soft">{t!("account-change-password-lead")}</p>
            <form method="post" action="/account/password" data-form="password">
                // Password managers want to know whose password it is.
                <input type="text" name="email" autocomplete="username" hidden readonly
                    value=email.map(|email| email.to_string())/>
                <Input name="currentPassword" label=t!("account-current-password") kind="password"
                    autocomplete="current-password" error=current_error required=true/>
                <Input name="newPassword" label=t!("account-new-password") kind="password"
                    autocomplete="new-password" error=new_error hint=t!("account-password-hint") required=true
                    minlength="8" maxlength="128"/>
                <p class="actions"><button>{t!("account-change-password")}</button></p>
                <Checked/>
            </form>
        </section>
    }
    .into_any()
}

/// The form that ends all sessions.
#[component]
fn Everywhere() -> impl IntoView {
    view! {
        <section class="panel stack" aria-labelledby="sessions">
            <h2 id="sessions">{t!("account-everywhere")}</h2>
            <p class="soft">{t!("account-everywhere-lead")}</p>
            <form method="post" action="/account/sessions">
                <p class="actions"><button class="danger">{t!("account-everywhere")}</button></p>
            </form>
        </section>
    }
    .into_any()
}
