//! Money that goes back after a purchase: by the seller, by an operator, and what the books say of it.

use std::time::Duration;

use clap::{FromArgMatches as _, Subcommand as _};
use common::{
    api::{BalanceView, MovementKind, MovementView, PaymentStatus, RefundStatus, RefundView, SaleView},
    events::{Event, Stream},
    id::{Id, PaymentId},
    money::Minor,
};
use payments::{MoneyCommand, PayoutsCommand};
use serde_json::{Value, json};
use testkit::{Actor, eventually};

use crate::app::{App, ticket};

/// What an operator types after the service's name.
fn operator<'a>(words: impl Iterator<Item = &'a str>) -> MoneyCommand {
    let command = MoneyCommand::augment_subcommands(clap::Command::new("payments").no_binary_name(true));
    MoneyCommand::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap()
}

fn path(payment: PaymentId) -> String {
    format!("/api/payments/{payment}/refunds")
}

async fn balance(seller: &Actor) -> (i64, i64, i64, i64) {
    let balances: Vec<BalanceView> = seller.get("/api/payments/balance").await.expect(200).read();
    assert_eq!(balances.len(), 1, "{balances:?}");
    let view = &balances[0];
    (view.pending.0.get(), view.available.0.get(), view.owed.0.get(), view.paid_out.0.get())
}

async fn movements(seller: &Actor) -> Vec<(MovementKind, i64)> {
    let views: Vec<MovementView> = seller.get("/api/payments/movements").await.expect(200).read();
    views.iter().map(|view| (view.kind, view.credit.0.get() - view.debit.0.get())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_gives_back_a_part_and_then_the_rest() {
    let app = App::start().await;
    let (ada, sam, sue) = (app.buyer("ada"), &app.sam, &app.sue);
    let (order, payment) = app.sold_to(&ada).await;
    let body = json!({ "ticketId": ticket(1), "amount": 7.5, "relistUnits": 1, "reason": "Rained off" });
    let part: RefundView = sam.post(&path(payment.id), body).await.expect(201).read();
    assert_eq!(
        (part.status, part.amount.0.get(), part.reason.as_str()),
        (RefundStatus::Done, 750, "Rained off")
    );
    let view = app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    assert_eq!((view.refunded.0.get(), view.refunds.len()), (750, 1));

    let rest: RefundView =
        sam.post(&path(payment.id), json!({ "ticketId": ticket(1) })).await.expect(201).read();
    assert_eq!(rest.amount.0.get(), 1250);
    let whole: RefundView =
        sue.post(&path(payment.id), json!({ "ticketId": ticket(2) })).await.expect(201).read();
    assert_eq!(whole.amount.0.get(), 2050);
    let view = app.becomes(&ada, payment.id, PaymentStatus::Refunded).await;
    let history: Vec<_> = view.history.iter().map(|step| step.status).collect();
    assert_eq!(
        history,
        [
            PaymentStatus::Processing,
            PaymentStatus::Authorized,
            PaymentStatus::Captured,
            PaymentStatus::Refunded
        ]
    );
    assert_eq!(app.refunded_at_the_gateway(payment.id).await, order.total_minor.get());
    sam.post(&path(payment.id), json!({ "ticketId": ticket(1) })).await.expect_problem(409, "not_refundable");

    let refunded = "payment.refunded";
    app.tells(&order, &["payment.authorized", "payment.captured", refunded, refunded, refunded]).await;
    let told = app.told(&order).await.pop().unwrap().1;
    let lines: Vec<_> = told
        .refunded_lines
        .iter()
        .map(|line| (line.ticket_id, line.amount_minor.get(), line.units))
        .collect();
    assert_eq!(lines, [(ticket(1), 2000, 1), (ticket(2), 2050, 0)]);
    assert_eq!(balance(sam).await, (0, 0, 0, 0));
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_cannot_be_is_refused_and_changes_nothing() {
    let app = App::start().await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let (_, payment) = app.sold_to(&ada).await;
    let own = |body: serde_json::Value| {
        let mut body = body;
        body["ticketId"] = json!(ticket(1));
        body
    };
    for (body, status, code) in [
        (json!({}), 400, "invalid_input"),
        (own(json!({ "amount": 0 })), 400, "invalid_input"),
        (own(json!({ "amount": -1 })), 400, "invalid_input"),
        (own(json!({ "amount": 1.001 })), 400, "invalid_input"),
        (own(json!({ "relistUnits": -1 })), 400, "invalid_input"),
        (own(json!({ "reason": "x".repeat(501) })), 400, "invalid_input"),
        (json!({ "ticketId": ticket(9) }), 400, "invalid_input"),
        (own(json!({ "amount": 20.01 })), 409, "refund_too_large"),
        (own(json!({ "relistUnits": 3 })), 409, "refund_too_large"),
        (json!({ "ticketId": ticket(2) }), 403, "not_allowed"),
    ] {
        sam.post(&path(payment.id), body).await.expect_problem(status, code);
    }
    ada.post(&path(payment.id), own(json!({}))).await.expect_problem(403, "not_allowed");
    app.stranger().post(&path(payment.id), own(json!({}))).await.expect_problem(401, "not_signed_in");
    let unknown = PaymentId::generate(app.clock.now(), [9; 8]);
    sam.post(&path(unknown), own(json!({}))).await.expect_problem(404, "not_found");
    let open = app.order(&ada).await;
    let open = app.paid(&ada, &open).await;
    sam.post(&path(open.id), own(json!({}))).await.expect_problem(409, "not_refundable");
    assert_eq!(app.refunded_at_the_gateway(payment.id).await, 0);
    assert_eq!(app.becomes(&ada, payment.id, PaymentStatus::Captured).await.version, payment.version);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_refund_is_the_first_one() {
    let app = App::with_replicas(2).await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let (_, payment) = app.sold_to(&ada).await;
    let ask = |body: Value| {
        sam.send(sam.request("POST", &path(payment.id)).header("idempotency-key", "k1").json(&body))
    };
    let wanted = json!({ "ticketId": ticket(1), "amount": 5 });
    let first: RefundView = ask(wanted.clone()).await.expect(201).read();
    let again: RefundView = ask(wanted).await.expect(201).read();
    assert_eq!(first, again);
    for other in
        [json!({ "ticketId": ticket(1), "amount": 6 }), json!({ "ticketId": ticket(1), "relistUnits": 1 })]
    {
        ask(other).await.expect_problem(409, "idempotency_key_reused");
    }
    assert_eq!(app.refunded_at_the_gateway(payment.id).await, 500);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_that_race_never_give_back_more_than_there_is() {
    let app = App::with_replicas(2).await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let (_, payment) = app.sold_to(&ada).await;
    let path = path(payment.id);
    let asked = (0..8).map(|_| sam.post(&path, json!({ "ticketId": ticket(1), "amount": 6 })));
    for answer in futures::future::join_all(asked).await {
        assert!([201, 202, 409, 503].contains(&answer.status), "{}", answer.text);
    }
    app.wait_for_the_reconciler();
    eventually("nothing to be pending", || async {
        let view: common::api::PaymentView =
            ada.get(&format!("/api/payments/{}", payment.id)).await.expect(200).read();
        view.refunds.iter().all(|refund| refund.status == RefundStatus::Done).then_some(())
    })
    .await;
    let given_back = app.refunded_at_the_gateway(payment.id).await;
    assert!([600, 1200, 1800].contains(&given_back), "{given_back}");
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_see_their_sales_their_balance_and_how_it_came_about() {
    let app = App::started(1, &[("PLATFORM_FEE_BPS", "1000"), ("PAYOUT_HOLD_SECONDS", "3600")]).await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let none: Vec<BalanceView> = sam.get("/api/payments/balance").await.expect(200).read();
    assert_eq!(none, []);
    let (_, payment) = app.sold_to(&ada).await;
    let sales: Vec<SaleView> = sam.get("/api/payments/sales").await.expect(200).read();
    assert_eq!(sales.len(), 1);
    assert_eq!((sales[0].payment_id, sales[0].ticket_id, sales[0].quantity), (payment.id, ticket(1), 2));
    assert_eq!((sales[0].amount.0.get(), sales[0].fee.0.get(), sales[0].refunded.0.get()), (2000, 200, 0));
    assert_eq!(balance(sam).await, (1800, 0, 0, 0));

    let body = json!({ "ticketId": ticket(1), "amount": 5 });
    let _ = sam.post(&path(payment.id), body).await.expect(201);
    assert_eq!(balance(sam).await, (1350, 0, 0, 0));
    assert_eq!(movements(sam).await, [(MovementKind::Refund, -450), (MovementKind::Sale, 1800)]);

    // Nothing is paid out before it is due, and all that is due then.
    app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
    assert_eq!(balance(sam).await, (1350, 0, 0, 0));
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(balance(sam).await, (0, 1350, 0, 0));
    app.audit().await.unwrap();
    for _ in 0..2 {
        app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
        assert_eq!(balance(sam).await, (0, 0, 0, 1350));
    }
    app.audit().await.unwrap();

    // A refund after that is owed, and comes off what is sold next.
    let _ = sam.post(&path(payment.id), json!({ "ticketId": ticket(1) })).await.expect(201);
    assert_eq!(balance(sam).await, (0, 0, 1350, 1350));
    let _ = app.sold_to(&ada).await;
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(balance(sam).await, (0, 450, 0, 1350));
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_bad_parameters_named() {
    let app = App::start().await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let mut sold = Vec::new();
    for _ in 0..3 {
        sold.push(app.sold_to(&ada).await.1.id);
    }
    for list in ["/api/payments/sales", "/api/payments/movements"] {
        let mut seen = 0;
        let mut next = Some(format!("{list}?limit=2"));
        while let Some(page) = next {
            let answer = sam.get(&page).await.expect(200);
            seen += answer.json().as_array().unwrap().len();
            next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        }
        assert_eq!(seen, 3, "{list}");
        for bad in ["limit=0", "limit=201", "limit=x", "cursor=nonsense"] {
            sam.get(&format!("{list}?{bad}")).await.expect_problem(400, "invalid_input");
        }
        app.stranger().get(list).await.expect_problem(401, "not_signed_in");
    }
    let other: Vec<SaleView> =
        sam.get(&format!("/api/payments/sales?ticketId={}", ticket(2))).await.expect(200).read();
    assert_eq!(other, [], "somebody else's listing");
    for payment in sold {
        let path = format!("/api/payments/sales?paymentId={payment}");
        let answer = sam.get(&path).await.expect(200);
        let found: Vec<SaleView> = answer.read();
        assert_eq!(found.iter().map(|sale| sale.payment_id).collect::<Vec<_>>(), [payment]);
        let none: Vec<SaleView> = sam.get(&format!("{path}&cursor={payment}")).await.expect(200).read();
        assert_eq!(none, [], "nothing of it is older than itself");
        let none: Vec<SaleView> = ada.get(&path).await.expect(200).read();
        assert_eq!(none, [], "somebody else's sale");
    }
    for bad in ["ticketId=x", "paymentId=x"] {
        sam.get(&format!("/api/payments/sales?{bad}")).await.expect_problem(400, "invalid_input");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_gives_back_what_is_left_and_the_books_show_a_planted_error() {
    let app = App::start().await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let (order, payment) = app.sold_to(&ada).await;
    let _ = sam.post(&path(payment.id), json!({ "ticketId": ticket(1), "amount": 1 })).await.expect(201);
    let wanted = |extra: &[&str]| {
        let id = payment.id.to_string();
        let words = ["refund", "--payment", &id, "--reason", "The event was called off"];
        operator(words.iter().chain(extra).copied())
    };
    let ticket_id = ticket(2).to_string();
    app.run(wanted(&["--ticket", &ticket_id, "--amount", "0.50", "--relist", "1"])).await.unwrap();
    app.run(wanted(&[])).await.unwrap();
    assert_eq!(app.refunded_at_the_gateway(payment.id).await, order.total_minor.get());
    let Event::PaymentRefunded(told) = app.broker.events(Stream::Payments).await.pop().unwrap() else {
        panic!("a refund is told last")
    };
    assert_eq!(told.refunded_minor, order.total_minor);
    assert!(app.run(wanted(&[])).await.unwrap_err().contains("no captured money"));
    app.audit().await.unwrap();

    let (_, second) = app.sold_to(&ada).await;
    app.audit().await.unwrap();
    let id = second.id.to_string();
    let keyed = |amount| {
        operator(["refund", "--payment", &id, "--reason", "x", "--key", "k1", "--amount", amount].into_iter())
    };
    for _ in 0..2 {
        app.run(keyed("30")).await.unwrap();
        assert_eq!(app.refunded_at_the_gateway(second.id).await, 3000);
    }
    assert!(app.run(keyed("31")).await.unwrap_err().contains("used for another refund"));
    let more = ["refund", "--payment", &id, "--reason", "x", "--amount", "10.51"];
    assert!(app.run(operator(more.into_iter())).await.unwrap_err().contains("only 10.5 is left"));
    // The bank has less than the books say.
    let bank = app.database.collection::<bson::Document>("sandbox_gateway");
    let holds = async |cents: i64| {
        let left = bson::doc! { "$set": { "amountMinor": cents } };
        bank.update_one(bson::doc! { "_id": &id }, left).await.unwrap();
    };
    holds(3000).await;
    let rest = || operator(["refund", "--payment", &id, "--reason", "x", "--key", "k2"].into_iter());
    for _ in 0..2 {
        let refused = app.run(rest()).await.unwrap_err();
        assert!(refused.contains("was refused: Less than that is left to refund."), "{refused}");
    }
    holds(4050).await;
    app.audit().await.unwrap();

    let entries = app.database.collection::<bson::Document>("ledger");
    let capture = format!("{}-capture", second.id);
    let planted = bson::doc! { "$set": { "transfers.0.amountMinor": Minor::new(1).unwrap().get() } };
    let changed = entries.update_one(bson::doc! { "_id": &capture }, planted).await.unwrap();
    assert_eq!(changed.modified_count, 1);
    assert!(app.audit().await.unwrap_err().contains("the books are wrong"));
    entries.delete_one(bson::doc! { "_id": &capture }).await.unwrap();
    assert!(app.audit().await.is_err());
    app.finish().await;
}
