//! Signing in.

use leptos::prelude::*;

use super::{alert::Alert, field::Input, layout::Layout};
use crate::{
    caller::{Viewer, Visit},
    forms::CredentialsForm,
    view::refusal::Refusal,
};

#[component]
pub(crate) fn SignIn(visit: Visit, form: CredentialsForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let (email_error, password_error) = (error("email"), error("password"));
    let next = form.next();
    let already = match &visit.viewer {
        Viewer::User(user) => Some(format!("You are signed in as {}.", user.email)),
        Viewer::Guest | Viewer::Unknown => None,
    };
    view! {
        <Layout title="Sign in" visit>
            <div class="narrow">
                <h1>"Sign in"</h1>
                <Alert refusal/>
                {already.map(|text| view! { <p>{text}</p> })}
                <form method="post" action="/signin">
                    <input type="hidden" name="next" value=next.to_string()/>
                    <Input name="email" label="Email" kind="email" autocomplete="username" value=form.email
                        error=email_error required=true/>
                    <Input name="password" label="Password" kind="password" autocomplete="current-password"
                        error=password_error required=true/>
                    <button>"Sign in"</button>
                </form>
                <p>"No account yet? "<a href=next.sign_up().to_string()>"Sign up"</a>"."</p>
            </div>
        </Layout>
    }
}
