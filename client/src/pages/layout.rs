//! The frame every page stands in.

use leptos::prelude::*;

use crate::{
    assets,
    caller::{Viewer, Visit},
};

const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath \
                    fill='%230b6b53' d='M3 8h26v6a3 3 0 0 0 0 6v6H3v-6a3 3 0 0 0 0-6z'/%3E%3C/svg%3E";

/// A whole page: head, header with navigation, the page's own content, footer.
#[component]
pub(crate) fn Layout(#[prop(into)] title: String, visit: Visit, children: Children) -> impl IntoView {
    // One text: comments that separate texts would show in a title.
    let title = format!("{title} · Ticket Market");
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="icon" href=ICON/>
                <link rel="stylesheet" href=assets::stylesheet_path()/>
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                <header class="site">
                    <div class="wide">
                        <a class="brand" href="/">"Ticket Market"</a>
                        <nav aria-label="Main">
                            <a href="/">"Browse"</a>
                            <a href="/sell">"Sell"</a>
                            <Mine viewer=visit.viewer.clone()/>
                        </nav>
                        <Account visit/>
                    </div>
                </header>
                <main id="main" class="wide">{children()}</main>
                <footer class="site">
                    <div class="wide">
                        <p>"A reservation is yours alone until the time it shows."</p>
                        <p>"All times are in UTC."</p>
                    </div>
                </footer>
            </body>
        </html>
    }
}

#[component]
fn Mine(viewer: Viewer) -> impl IntoView {
    (!viewer.is_guest()).then(|| {
        view! {
            <a href="/me/tickets">"My listings"</a>
            <a href="/me/orders">"My orders"</a>
        }
    })
}

#[component]
fn Account(visit: Visit) -> impl IntoView {
    match visit.viewer {
        Viewer::Guest => view! {
            <div class="account">
                <a href=visit.page.sign_in().to_string()>"Sign in"</a>
                <a href=visit.page.sign_up().to_string()>"Sign up"</a>
            </div>
        }
        .into_any(),
        Viewer::User(user) => view! {
            <form class="account" method="post" action="/signout">
                <span class="who">{user.email.to_string()}</span>
                <button class="quiet">"Sign out"</button>
            </form>
        }
        .into_any(),
        // Nothing is offered that cannot work.
        Viewer::Unknown => ().into_any(),
    }
}
