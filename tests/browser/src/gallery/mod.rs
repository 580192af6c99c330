//! Every page there is, in every state it has: what is looked at by people in pictures, and by machines in tests.

mod listings;

use std::collections::BTreeMap;

use common::{
    api::{OrderStatus, OrderView, PaymentStatus, PaymentView, TicketView},
    clock::Clock,
    id::{OrderId, PaymentId, TicketId},
};
use e2e::{Market, Person};
use serde_json::json;
use stack::Service;

use self::listings::LISTINGS;
use crate::Visitor;

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody in particular.
    Guest,
    /// Has orders in every state, and something in the basket.
    Buyer,
    /// Has listings in every state.
    Seller,
    /// Has nothing yet.
    Newcomer,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Guest, Self::Buyer, Self::Seller, Self::Newcomer];
}

/// A page in one of its states.
#[derive(Debug, Clone)]
pub struct Place {
    /// What pictures of it are called.
    pub name: &'static str,
    /// Who looks at it.
    pub who: Who,
    /// Where it is.
    pub path: String,
    /// A form on it that is filled in with these fields and sent, in vain, by this button.
    refused: Option<(&'static [(&'static str, &'static str)], &'static str)>,
}

/// A market with something in every state, and the way to all of it.
pub struct Gallery {
    people: BTreeMap<Who, Person>,
    tickets: BTreeMap<&'static str, TicketId>,
    /// All pages, those of the same person together.
    pub places: Vec<Place>,
}

impl Gallery {
    /// People and what they sell.
    pub async fn open(market: &Market) -> Self {
        let mut people = BTreeMap::new();
        for (who, name) in [(Who::Buyer, "bea"), (Who::Seller, "sam"), (Who::Newcomer, "nils")] {
            people.insert(who, market.person(name).await);
        }
        let mut gallery = Self { people, tickets: BTreeMap::new(), places: Vec::new() };
        let now = Clock::System.now();
        for listing in LISTINGS {
            let seller = gallery.people[&Who::Seller].actor();
            let made: TicketView = seller.post("/api/tickets", listing.body(now)).await.expect(201).read();
            gallery.tickets.insert(listing.title, made.id);
        }
        gallery
    }

    /// A reservation that nobody pays. The market's must be short, and are of the ordinary length afterwards.
    pub async fn lapse(&mut self, market: &Market) {
        let order = self.reserved("Puppet opera", 2).await;
        self.people[&Who::Buyer].order_when(order.id, OrderStatus::Cancelled).await;
        let ordinary = [("RESERVATION_SECONDS", "900")];
        market
            .fleet
            .restart_with(Service::Orders, 0, &ordinary)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        self.add(Who::Buyer, "order-lapsed", order_page(order.id));
    }

    /// Orders in every state, and the pages.
    pub async fn fill(&mut self) {
        self.add_pages_of_guests().await;
        self.add_orders().await;
        self.add_pages_of_sellers();
        self.add_refunds().await;
    }

    async fn add_pages_of_guests(&mut self) {
        self.people[&Who::Seller]
            .actor()
            .delete(&format!("/api/tickets/{}", self.tickets["Open rehearsal, cancelled"]))
            .await
            .expect(204);
        for (name, title) in [
            ("ticket", "Hamlet"),
            ("ticket-endless", LISTINGS[3].title),
            ("ticket-wordy", LISTINGS[4].title),
            ("ticket-sold", "The last chair in the house"),
            ("ticket-reserved", "One balcony, one evening"),
            ("ticket-withdrawn", "Open rehearsal, cancelled"),
        ] {
            let path = self.listing_page(title);
            self.add(Who::Guest, name, path);
        }
        for (name, path) in [
            ("home", "/"),
            ("home-filtered", "/?category=Theatre&minPrice=5&maxPrice=500&sort=cheapest"),
            ("home-nothing", "/?q=nobody+lists+this"),
            ("home-bad-filter", "/?q=hamlet&minPrice=cheap"),
            ("basket-empty", "/basket"),
            ("sign-in", "/signin?next=/sell"),
            ("sign-up", "/signup"),
            ("not-found", "/there/is/nothing"),
            ("ticket-not-found", "/tickets/000000000000000000000000"),
            ("api", "/api/docs"),
        ] {
            self.add(Who::Guest, name, path.to_owned());
        }
        let wrong = &[("Email", "nobody@example.org"), ("Password", "wrong horse battery")];
        self.add_refused(Who::Guest, "sign-in-refused", "/signin", wrong, "Sign in");
        let short = &[("Email", "ada@localhost"), ("Password", "short")];
        self.add_refused(Who::Guest, "sign-up-refused", "/signup", short, "Sign up");
    }

    async fn add_orders(&mut self) {
        let buyer = self.people[&Who::Buyer].clone();
        let (paid, _) = self.paid("The last chair in the house", 1).await;
        let cancelled = self.reserved("Silent film, loud organ", 2).await;
        buyer.cancel(cancelled.id).await.expect(204);
        let declined = self.reserved("Bread oven open day", 1).await;
        buyer.pay(declined.id, "tok_chargeDeclined").await.expect(402);
        let confirming = self.reserved("One balcony, one evening", 1).await;
        buyer.pay(confirming.id, "tok_threeDSecure2Required").await.expect(202);
        let under_way = self.reserved("Cup final, block C", 1).await;
        buyer.pay(under_way.id, "tok_timeoutThenSucceeded").await.expect(202);
        let several = [(self.tickets["Hamlet"], 2), (self.tickets[LISTINGS[4].title], 1)];
        let payable: OrderView = buyer.reserve_units(&several).await.expect(201).read();
        for (name, id) in [
            ("order-to-pay", payable.id),
            ("order-declined", declined.id),
            ("order-to-confirm", confirming.id),
            ("order-under-way", under_way.id),
            ("order-complete", paid),
            ("order-cancelled", cancelled.id),
        ] {
            self.add(Who::Buyer, name, order_page(id));
        }
        for (who, name, path) in [
            (Who::Buyer, "orders", "/me/orders"),
            (Who::Buyer, "account", "/account"),
            (Who::Buyer, "basket", "/basket"),
            (Who::Newcomer, "orders-empty", "/me/orders"),
            (Who::Newcomer, "listings-empty", "/me/tickets"),
            (Who::Newcomer, "sales-empty", "/me/sales"),
            (Who::Newcomer, "money-empty", "/me/money"),
            (Who::Newcomer, "home-signed-in", "/"),
        ] {
            self.add(who, name, path.to_owned());
        }
        let buying = self.listing_page("Cello suites, all six");
        self.add(Who::Buyer, "ticket-to-buy", buying);
        let no_passwords = &[("Current password", "wrong horse battery"), ("New password", "short")];
        self.add_refused(Who::Newcomer, "account-refused", "/account", no_passwords, "Change password");
    }

    fn add_pages_of_sellers(&mut self) {
        let own = self.listing_page("Glassblowing for beginners");
        let reserved = self.listing_page("One balcony, one evening");
        for (name, path) in [
            ("listings", "/me/tickets".to_owned()),
            ("sell", "/sell".to_owned()),
            ("edit", format!("{own}/edit")),
            ("withdraw", format!("{own}/withdraw")),
            ("ticket-own", own),
        ] {
            self.add(Who::Seller, name, path);
        }
        let nothing = &[("Title", ""), ("Price of one ticket", "10.999")];
        self.add_refused(Who::Seller, "sell-refused", "/sell", nothing, "Put on sale");
        self.add_refused(Who::Seller, "withdraw-refused", &format!("{reserved}/withdraw"), &[], "Withdraw");
    }

    /// What was sold, and what of it went back: one order in part, and one as a whole.
    async fn add_refunds(&mut self) {
        let (part, chess) = ("Chess against a grandmaster", self.tickets["Chess against a grandmaster"]);
        let (whole, drums) = ("Taiko drums for loud people", self.tickets["Taiko drums for loud people"]);
        let (order_part, paid_part) = self.paid(part, 3).await;
        let (order_whole, paid_whole) = self.paid(whole, 1).await;
        let reason = "The board at the window is wanted for the grandmaster.";
        let some = json!({ "ticketId": chess, "amount": 20, "relistUnits": 1, "reason": reason });
        self.refund(paid_part, some).await;
        self.refund(paid_whole, json!({ "ticketId": drums, "reason": "The drums were sold." })).await;
        let refund = format!("/me/sales/{paid_part}/{chess}");
        for (who, name, path) in [
            (Who::Buyer, "order-refunded-part", order_page(order_part)),
            (Who::Buyer, "order-refunded", order_page(order_whole)),
            (Who::Buyer, "receipt", format!("{}/receipt", order_page(order_part))),
            (Who::Seller, "sales", "/me/sales".to_owned()),
            (Who::Seller, "money", "/me/money".to_owned()),
            (Who::Seller, "refund", refund.clone()),
            (Who::Seller, "refund-nothing-left", format!("/me/sales/{paid_whole}/{drums}")),
        ] {
            self.add(who, name, path);
        }
        let wrong = &[("Amount", "10.999"), ("Tickets that go back on sale", "99")];
        self.add_refused(Who::Seller, "refund-refused", &refund, wrong, "Give back");
    }

    async fn refund(&self, payment: PaymentId, body: serde_json::Value) {
        let seller = self.people[&Who::Seller].actor();
        seller.post(&format!("/api/payments/{payment}/refunds"), body).await.expect(201);
    }

    /// An order of the buyer's whose money was taken.
    async fn paid(&self, title: &str, quantity: u32) -> (OrderId, PaymentId) {
        let order = self.reserved(title, quantity).await.id;
        let buyer = &self.people[&Who::Buyer];
        let payment: PaymentView = buyer.pay(order, "tok_visa").await.expect(201).read();
        buyer.order_when(order, OrderStatus::Complete).await;
        let taken = |payment: &PaymentView| payment.status == PaymentStatus::Captured;
        buyer.payment_when(payment.id, "to be captured", taken).await;
        (order, payment.id)
    }

    /// Lets this person sit down at a browser.
    pub async fn seats(&self, who: Who, visitor: &Visitor) {
        if let Some(person) = self.people.get(&who) {
            visitor.has_session(person.actor().cookie().unwrap()).await;
        }
        if who == Who::Buyer {
            for title in ["Stand-up in a language you do not speak", "Roller disco, skates included"] {
                visitor.adds_to_basket(&self.listing_page(title), 2).await;
            }
        }
    }

    async fn reserved(&self, title: &str, quantity: u32) -> OrderView {
        let units = [(self.tickets[title], quantity)];
        self.people[&Who::Buyer].reserve_units(&units).await.expect(201).read()
    }

    fn listing_page(&self, title: &str) -> String {
        format!("/tickets/{}", self.tickets[title])
    }

    fn add(&mut self, who: Who, name: &'static str, path: String) {
        self.places.push(Place { name, who, path, refused: None });
    }

    fn add_refused(
        &mut self,
        who: Who,
        name: &'static str,
        path: &str,
        fields: &'static [(&'static str, &'static str)],
        button: &'static str,
    ) {
        self.places.push(Place { name, who, path: path.to_owned(), refused: Some((fields, button)) });
    }
}

impl Place {
    /// Brings a visitor there.
    pub async fn shows_to(&self, visitor: &Visitor) {
        visitor.go(&self.path).await;
        if let Some((fields, button)) = self.refused {
            visitor.fills_in(fields).await;
            visitor.is_refused(button).await;
        }
    }
}

fn order_page(order: OrderId) -> String {
    format!("/orders/{order}")
}
