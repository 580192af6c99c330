//! Pictures of every page in every state: on a desktop and on a phone, light and dark.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result};
use browser::{
    Driver, Look, Scripts, Visitor,
    gallery::{Gallery, Who},
    target_folder,
};
use clap::Parser;
use e2e::Market;
use stack::{FleetOptions, Service};

/// Reservations of the gallery's first order, which is to lapse.
const SHORT_SECONDS: u32 = 2;

/// Takes pictures of every page of a market of its own.
#[derive(Parser)]
struct Arguments {
    /// The folder for the pictures; `screenshots` in the target folder if not given.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Only pages whose name begins like this.
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let out = arguments.out.unwrap_or_else(|| target_folder().join("screenshots"));
    fs::create_dir_all(&out).with_context(|| format!("could not make {}", out.display()))?;
    let began = Instant::now();
    say("starting a market and a browser");
    let driver = Driver::start().await;
    let options = FleetOptions { reservation_seconds: Some(SHORT_SECONDS), ..Default::default() }
        // A payment whose answer is lost stays so for as long as pictures of it are taken.
        .env(Service::Payments, "RECONCILE_SECONDS", "600");
    let market = Market::open_with(options).await;
    let mut gallery = Gallery::open(&market).await;
    gallery.lapse(&market).await;
    gallery.fill().await;

    let mut taken = 0;
    for who in Who::ALL {
        let visitor = Visitor::new("somebody", driver.browser(Scripts::On).await, Scripts::On, &market.url());
        gallery.seats(who, &visitor).await;
        for place in
            gallery.places.iter().filter(|place| place.who == who && place.name.starts_with(&arguments.only))
        {
            place.shows_to(&visitor).await;
            taken += take(&visitor, place.name, &out).await?;
        }
        visitor.browser.close().await.context("a browser does not close")?;
    }
    if "trouble".starts_with(&arguments.only) || arguments.only.starts_with("trouble") {
        let visitor = Visitor::new("somebody", driver.browser(Scripts::On).await, Scripts::On, &market.url());
        gallery.seats(Who::Buyer, &visitor).await;
        for (service, path, name) in
            [(Service::Tickets, "/", "trouble-home"), (Service::Orders, "/me/orders", "trouble-orders")]
        {
            market.fleet.kill9(service, 0);
            visitor.go(path).await;
            taken += take(&visitor, name, &out).await?;
        }
        visitor.browser.close().await.context("a browser does not close")?;
    }
    market.fleet.shut_down().await;
    say(&format!("{taken} pictures in {} after {} s", out.display(), began.elapsed().as_secs()));
    Ok(())
}

/// Takes the pictures of the page that is open.
async fn take(visitor: &Visitor, name: &str, out: &Path) -> Result<usize> {
    for look in Look::ALL {
        visitor.looks(look).await;
        let file = out.join(format!("{name}-{}-{}.png", look.mode(), look.width));
        fs::write(&file, visitor.picture().await)
            .with_context(|| format!("could not write {}", file.display()))?;
    }
    say(name);
    Ok(Look::ALL.len())
}

/// What it is doing; if nobody listens, the pictures are taken all the same.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
