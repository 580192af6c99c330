//! Signing in.

use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    field::Input,
    layout::Layout,
    told::Told,
};
use crate::{
    caller::{Viewer, Visit},
    forms::CredentialsForm,
    notice::Notice,
    view::refusal::Refusal,
};

pub(crate) const PATH: &str = "/signin";

#[component]
pub(crate) fn SignIn(
    visit: Visit,
    form: CredentialsForm,
    refusal: Option<Refusal>,
    #[prop(optional_no_strip)] notice: Option<Notice>,
) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let (email_error, password_error) = (error("email"), error("password"));
    let next = form.next();
    let already = match &visit.viewer {
        Viewer::User(user) => Some(t!("sign-in-already", email = user.email.as_str())),
        Viewer::Guest | Viewer::Unknown => None,
    };
    let onwards = next.to_string();
    view! {
        <Layout title=titled(t!("sign-in"), refusal.as_ref()) visit>
            <div class="narrow stack">
                <h1>{t!("sign-in")}</h1>
                <Told notice/>
                <Alert refusal/>
                {already.map(|text| view! {
                    <p class="notice">{text}" "<a href=onwards>{t!("sign-in-go-on")}</a></p>
                })}
                <form class="panel" method="post" action="/signin" data-form="signin">
                    <input type="hidden" name="next" value=next.to_string()/>
                    <Input name="email" label=t!("account-email") kind="email" autocomplete="username"
                        value=form.email error=email_error required=true/>
                    <Input name="password" label=t!("account-password") kind="password"
                        autocomplete="current-password" error=password_error required=true/>
                    <button class="big full">{t!("sign-in")}</button>
                    <Checked/>
                </form>
                <p class="aside">{t!("sign-in-no-account")}" "<a href=next.sign_up().to_string()>{t!("sign-up")}</a></p>
            </div>
        </Layout>
    }
}
