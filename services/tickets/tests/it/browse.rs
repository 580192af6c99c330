//! `GET /api/tickets`: what is in a list, and in which order.

use std::time::Duration;

use common::events::Event;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use testkit::Actor;

use crate::market::{Market, listing, order, sell};

async fn fill(market: &Market) -> (Actor, Actor) {
    let (ada, bob) = (market.user("ada"), market.user("bob"));
    let rows = [
        (
            "Beyoncé live",
            120.0,
            json!({ "category": "Concert", "city": "Łódź", "startsAt": "2027-05-01T18:00:00Z" }),
        ),
        ("Hamlet", 35.5, json!({ "category": "Theatre", "city": "London", "venue": "The Globe" })),
        (
            "Straßenfest",
            5.0,
            json!({ "category": "concert", "city": "Köln", "startsAt": "2027-03-01T18:00:00Z", "description": "Mit Ham und Eggs" }),
        ),
    ];
    for (title, price, more) in rows {
        sell(&ada, listing(title, price, more)).await;
        market.clock.advance(Duration::from_secs(1));
    }
    let more = json!({ "city": "Sao Paulo", "startsAt": "2027-03-01T18:00:00.001Z" });
    sell(&bob, listing("Final", 120.0, more)).await;
    market.clock.advance(Duration::from_secs(1));
    (ada, bob)
}

#[tokio::test]
async fn each_sort_has_its_order() {
    let market = Market::open().await;
    fill(&market).await;
    let soonest = ["Straßenfest", "Final", "Beyoncé live", "Hamlet"];
    assert_eq!(market.titles("/api/tickets").await, soonest);
    assert_eq!(market.titles("/api/tickets?sort=soonest").await, soonest);
    let newest = ["Final", "Straßenfest", "Hamlet", "Beyoncé live"];
    assert_eq!(market.titles("/api/tickets?sort=newest").await, newest);
    let cheapest = ["Straßenfest", "Hamlet", "Beyoncé live", "Final"];
    assert_eq!(market.titles("/api/tickets?sort=cheapest").await, cheapest);
    market.close().await;
}

#[tokio::test]
async fn filters_narrow_the_list_and_combine() {
    let market = Market::open().await;
    let (ada, _) = fill(&market).await;
    let seller = format!("seller={}", ada.id());
    for (query, titles) in [
        ("", vec!["Straßenfest", "Final", "Beyoncé live", "Hamlet"]),
        (
            "q=&category=&minPrice=&sort=&limit=&cursor=",
            vec!["Straßenfest", "Final", "Beyoncé live", "Hamlet"],
        ),
        ("q=beyonce", vec!["Beyoncé live"]),
        ("q=BEYONCE%CC%81", vec!["Beyoncé live"]),
        ("q=live+bey", vec!["Beyoncé live"]),
        ("q=strass", vec!["Straßenfest"]),
        ("q=ham", vec!["Straßenfest", "Hamlet"]),
        ("q=ham+globe", vec!["Hamlet"]),
        ("q=haml+eggs", vec![]),
        ("q=amlet", vec![]),
        ("q=theatre", vec!["Hamlet"]),
        ("q=lodz", vec!["Beyoncé live"]),
        ("q=%24where+.*+%5E", vec![]),
        ("category=CONCERT", vec!["Straßenfest", "Beyoncé live"]),
        ("city=lodz", vec!["Beyoncé live"]),
        ("city=S%C3%A3o+Paulo", vec!["Final"]),
        ("city=Sao", vec![]),
        ("category=concert&city=koln", vec!["Straßenfest"]),
        ("minPrice=35.5", vec!["Final", "Beyoncé live", "Hamlet"]),
        ("minPrice=35.51&maxPrice=120", vec!["Final", "Beyoncé live"]),
        ("maxPrice=35.49", vec!["Straßenfest"]),
        ("minPrice=0", vec!["Straßenfest", "Final", "Beyoncé live", "Hamlet"]),
        ("from=2027-03-02", vec!["Beyoncé live"]),
        ("from=2027-03-01T18:00:00.001Z", vec!["Final", "Beyoncé live"]),
        ("to=2027-03-01", vec!["Straßenfest", "Final"]),
        ("to=2027-03-01T18:00:00Z", vec!["Straßenfest"]),
        ("from=2027-03-01T19:00:00%2B01:00&to=2027-05-01", vec!["Straßenfest", "Final", "Beyoncé live"]),
        ("q=bey&sort=cheapest&minPrice=100", vec!["Beyoncé live"]),
        ("unknown=1", vec!["Straßenfest", "Final", "Beyoncé live", "Hamlet"]),
        (seller.as_str(), vec!["Straßenfest", "Beyoncé live", "Hamlet"]),
    ] {
        for sort in ["", "&sort=cheapest", "&sort=newest"] {
            if query.contains("sort=") && !sort.is_empty() {
                continue;
            }
            let mut seen = market.titles(&format!("/api/tickets?{query}{sort}")).await;
            let mut titles = titles.clone();
            if !sort.is_empty() {
                seen.sort();
                titles.sort_unstable();
            }
            assert_eq!(seen, titles, "{query}{sort}");
        }
    }
    market.close().await;
}

#[tokio::test]
async fn only_what_can_be_bought_now_is_listed() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let reserved = sell(&ada, listing("reserved", 1.0, json!({}))).await;
    let partly = sell(&ada, listing("partly", 2.0, json!({ "quantity": 2 }))).await;
    let withdrawn = sell(&ada, listing("withdrawn", 3.0, json!({}))).await;
    sell(&ada, listing("begun", 4.0, json!({ "startsAt": "2027-01-01T12:30:00Z" }))).await;
    assert_eq!(market.titles("/api/tickets?sort=cheapest").await.len(), 4);
    let _ = ada.delete(&format!("/api/tickets/{}", withdrawn.id)).await.expect(204);
    market.broker.publish(&Event::OrderCreated(order(reserved.id, 1, 1, 0))).await;
    market.broker.publish(&Event::OrderCreated(order(partly.id, 1, 1, 0))).await;
    market.until_available(reserved.id, 0).await;
    market.until_available(partly.id, 1).await;
    market.clock.advance(Duration::from_mins(30));
    assert_eq!(market.titles("/api/tickets?sort=cheapest").await, ["partly"]);
    // Back on sale when the order is given up.
    market.broker.publish(&Event::OrderCancelled(order(reserved.id, 2, 0, 0))).await;
    market.until_available(reserved.id, 1).await;
    market.let_lists_grow_old();
    assert_eq!(market.titles("/api/tickets?sort=cheapest").await, ["reserved", "partly"]);
    // A projection after the withdrawal does not bring it back.
    market.broker.publish(&Event::OrderCancelled(order(withdrawn.id, 1, 0, 0))).await;
    market.broker.publish(&Event::OrderCancelled(order(partly.id, 2, 0, 0))).await;
    market.until_available(partly.id, 2).await;
    market.let_lists_grow_old();
    assert_eq!(market.titles("/api/tickets?sort=cheapest").await, ["reserved", "partly"]);
    market.close().await;
}

#[tokio::test]
async fn all_bad_parameters_are_named_at_once() {
    let market = Market::open().await;
    let query =
        "q=ok&from=soon&to=2027-13-01&minPrice=10.999&maxPrice=-1&seller=me&sort=best&limit=201&cursor=%00";
    let answer = market.stranger().get(&format!("/api/tickets?{query}")).await;
    let answer = answer.expect_problem(400, "invalid_input");
    let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["from", "to", "minPrice", "maxPrice", "seller", "sort", "limit", "cursor"]);
    for query in ["q=!!!", "q=%F0%9F%8E%AD", "q=+-+"] {
        let answer = market.stranger().get(&format!("/api/tickets?{query}")).await;
        let answer = answer.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors(), [("q".to_owned(), "Q must contain a letter or digit".to_owned())]);
    }
    for query in ["limit=0", "limit=x", "minPrice=1e2147483647", "maxPrice=abc", "cursor=e30", "seller=%27"] {
        market.stranger().get(&format!("/api/tickets?{query}")).await.expect_problem(400, "invalid_input");
    }
    market.stranger().get("/api/tickets?limit=1&limit=2").await.expect_problem(400, "invalid_input");
    market.close().await;
}

/// The plan of a list must be a walk along an index in the list's order: no sorting, whatever the size.
#[tokio::test]
async fn every_sort_is_a_walk_along_an_index() {
    let market = Market::open().await;
    fill(&market).await;
    let soonest = doc! { "derived.startsKey": 1, "_id": 1 };
    for (sort, narrowed) in [
        (soonest.clone(), doc! {}),
        (soonest.clone(), doc! { "derived.city": "lodz" }),
        (soonest.clone(), doc! { "derived.category": "concert" }),
        (doc! { "_id": -1 }, doc! {}),
        (doc! { "state.details.price": 1, "_id": 1 }, doc! {}),
    ] {
        let plan = plan(&market, narrowed, sort).await;
        assert!(plan.contains("IXSCAN") && !plan.contains("\"SORT\""), "{plan}");
    }
    let word = doc! { "derived.words": { "$elemMatch": { "$gte": "ham", "$lt": "ham\u{10ffff}" } } };
    let plan = plan(&market, word, soonest).await;
    assert!(plan.contains("IXSCAN"), "{plan}");
    market.close().await;
}

/// How the database would find the first page of what can be bought.
async fn plan(market: &Market, narrowed: Document, sort: Document) -> String {
    let mut filter = doc! { "derived.open": true, "derived.startsKey": { "$gt": DateTime::from_millis(0) } };
    filter.extend(narrowed);
    let find = doc! { "find": "tickets", "sort": sort, "limit": 51, "filter": filter };
    let explain = doc! { "explain": find, "verbosity": "queryPlanner" };
    let answer = market.namespace.database().await.run_command(explain).await.unwrap();
    let answer: Value = serde_json::to_value(answer).unwrap();
    answer["queryPlanner"]["winningPlan"].to_string()
}
