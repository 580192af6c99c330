//! Making an account.

use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    field::Input,
    layout::Layout,
};
use crate::{caller::Visit, forms::CredentialsForm, view::refusal::Refusal};

#[component]
pub(crate) fn SignUp(visit: Visit, form: CredentialsForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let (email_error, password_error) = (error("email"), error("password"));
    let next = form.next();
    view! {
        <Layout title=titled(t!("sign-up"), refusal.as_ref()) visit>
            <div class="narrow stack">
                <h1>{t!("sign-up")}</h1>
                <p class="soft">{t!("sign-up-lead")}</p>
                <Alert refusal/>
                <form class="panel" method="post" action="/signup" data-form="signup">
                    <input type="hidden" name="next" value=next.to_string()/>
                    <Input name="email" label=t!("account-email") kind="email" autocomplete="username"
                        value=form.email error=email_error required=true/>
                    <Input name="password" label=t!("account-password") kind="password"
                        autocomplete="new-password" error=password_error hint=t!("account-password-hint")
                        required=true minlength="8" maxlength="128"/>
                    <button class="big full">{t!("sign-up")}</button>
                    <Checked/>
                </form>
                <p class="aside">{t!("sign-up-known")}" "<a href=next.sign_in().to_string()>{t!("sign-in")}</a></p>
            </div>
        </Layout>
    }
}
