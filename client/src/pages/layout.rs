//! The frame every page stands in.

use islands::{
    t,
    words::{Language, words},
};
use leptos::prelude::*;

use super::seller_money;
use crate::{
    caller::{Viewer, Visit},
    reader::Reader,
};

const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath \
                    fill='%23d1481a' d='M3 8h26v5a3 3 0 0 0 0 6v5H3v-5a3 3 0 0 0 0-6z'/%3E%3C/svg%3E";

/// A whole page: head, header with navigation, the page's own content, footer.
#[component]
pub(crate) fn Layout(#[prop(into)] title: String, visit: Visit, children: Children) -> impl IntoView {
    // One text: comments that separate texts would show in a title.
    let title = format!("{title} · {}", t!("site-name"));
    let language = words().language().tag();
    view! {
        <!DOCTYPE html>
        <html lang=language>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="icon" href=ICON/>
                <Assets reader=visit.reader.clone()/>
            </head>
            <body>
                <a class="skip" href="#main">{t!("skip-to-content")}</a>
                <Header visit=visit.clone()/>
                <main id="main" class="wide">{children()}</main>
                <Footer visit/>
            </body>
        </html>
    }
    // One type for all pages, which the compiler then has to think through once.
    .into_any()
}

/// The stylesheet, and the program that brings the islands to life once the page is there.
#[component]
fn Assets(reader: Reader) -> impl IntoView {
    let Reader { assets, nonce, .. } = reader;
    let start = format!(
        "import * as m from '{}';await m.default({{module_or_path:'{}'}});m.hydrate();\
         const live=r=>{{for(const e of r.querySelectorAll('leptos-island'))m[e.dataset.component]?.(e)}};\
         live(document);addEventListener('islands',e=>live(e.target));\
         document.documentElement.dataset.islands='alive'",
        assets.script, assets.wasm
    );
    view! {
        <link rel="stylesheet" href=assets.stylesheet.clone()/>
        <link rel="modulepreload" href=assets.script.clone() nonce=nonce.to_string()/>
        <link rel="preload" href=assets.wasm.clone() r#as="fetch" crossorigin="anonymous"/>
        // Names of files that we made ourselves, so nothing in it needs escaping.
        <script type="module" nonce=nonce.to_string() inner_html=start></script>
    }
}

#[component]
fn Header(visit: Visit) -> impl IntoView {
    let here = visit.page.as_str().split('?').next().unwrap_or_default().to_owned();
    let to = |path: &'static str, label: String| {
        let current = (here == path).then_some("page");
        view! { <a href=path aria-current=current>{label}</a> }
    };
    let mine = (!visit.viewer.is_guest())
        .then(|| [to("/me/tickets", t!("nav-listings")), to("/me/orders", t!("nav-orders"))].collect_view());
    // Where a telephone has no room, one's listings lead there.
    let money = (!visit.viewer.is_guest()).then(|| {
        let current = (here == seller_money::PATH).then_some("page");
        view! { <a class="roomy" href=seller_money::PATH aria-current=current>{t!("nav-money")}</a> }
    });
    view! {
        <header class="site">
            <div class="wide">
                <a class="brand" href="/">
                    <svg viewBox="0 0 32 32" aria-hidden="true">
                        <path fill="currentColor" d="M3 8h26v5a3 3 0 0 0 0 6v5H3v-5a3 3 0 0 0 0-6z"/>
                        <path stroke="var(--sheet)" stroke-width="2" stroke-dasharray="2.5 2.5" d="M20 9v14"/>
                    </svg>
                    {t!("site-name")}
                </a>
                <nav aria-label=t!("nav-main")>
                    {to("/", t!("nav-browse"))}
                    {to("/sell", t!("nav-sell"))}
                    {mine}
                    {money}
                </nav>
                <BasketLink units=visit.basket/>
                <Account visit/>
            </div>
        </header>
    }
    .into_any()
}

/// The way to the basket, with how many tickets are in it.
#[component]
fn BasketLink(units: u32) -> impl IntoView {
    let count = (units > 0).then(|| {
        view! { <span class="count">{units}<span class="visually-hidden">" "{t!("basket-count", count = units)}</span></span> }
    });
    view! { <a class="basket-link" href="/basket">{t!("nav-basket")}{count}</a> }
}

#[component]
fn Account(visit: Visit) -> impl IntoView {
    let account = match visit.viewer {
        Viewer::Guest => view! {
            <a href=visit.next.sign_in().to_string()>{t!("sign-in")}</a>
            <a class="roomy" href=visit.next.sign_up().to_string()>{t!("sign-up")}</a>
        }
        .into_any(),
        Viewer::User(user) => view! {
            // A telephone has no room for the address, and finds the way out on the account's page.
            <a class="who" href="/account" title=t!("nav-account")>
                <span class="roomy">{user.email.to_string()}</span>
                <span class="cramped">{t!("nav-account")}</span>
            </a>
            <form class="roomy" method="post" action="/signout"><button class="plain">{t!("sign-out")}</button></form>
        }
        .into_any(),
        // Nothing is offered that cannot work.
        Viewer::Unknown => ().into_any(),
    };
    view! { <div class="account">{account}</div> }
}

#[component]
fn Footer(visit: Visit) -> impl IntoView {
    let others = Language::ALL.into_iter().filter(|language| *language != words().language());
    let switches = others.map(|language| {
        view! { <button class="plain" name="language" value=language.tag() lang=language.tag()>{language.name()}</button> }
    });
    view! {
        <footer class="site">
            <div class="wide">
                <p>{t!("footer-promise")}" "{t!("footer-times")}</p>
                <p><a href="/api/docs">{t!("footer-api")}</a></p>
                <form class="languages" method="post" action="/language" aria-label=t!("language")>
                    <input type="hidden" name="next" value=visit.page.to_string()/>
                    {switches.collect_view()}
                </form>
            </div>
        </footer>
    }
    .into_any()
}
