//! Making an account.

use leptos::prelude::*;

use super::{alert::Alert, field::Input, layout::Layout};
use crate::{caller::Visit, forms::CredentialsForm, view::refusal::Refusal};

#[component]
pub(crate) fn SignUp(visit: Visit, form: CredentialsForm, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let (email_error, password_error) = (error("email"), error("password"));
    let next = form.next();
    view! {
        <Layout title="Sign up" visit>
            <div class="narrow">
                <h1>"Sign up"</h1>
                <Alert refusal/>
                <form method="post" action="/signup">
                    <input type="hidden" name="next" value=next.to_string()/>
                    <Input name="email" label="Email" kind="email" autocomplete="username" value=form.email
                        error=email_error required=true/>
                    <Input name="password" label="Password" kind="password" autocomplete="new-password"
                        error=password_error hint="8 to 128 characters" required=true/>
                    <button>"Sign up"</button>
                </form>
                <p>"Already have an account? "<a href=next.sign_in().to_string()>"Sign in"</a>"."</p>
            </div>
        </Layout>
    }
}
