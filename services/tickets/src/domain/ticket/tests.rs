use common::id::Id;

use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    time("2027-01-01T12:00:00Z")
}

fn seller() -> UserId {
    UserId::generate(now(), [1; 8])
}

fn draft(quantity: u32) -> Draft {
    Draft {
        title: Some("Hamlet".parse().unwrap()),
        price: Some(Price::parse("19.99").unwrap()),
        category: Some("Theatre".parse().unwrap()),
        city: Some("Łódź".parse().unwrap()),
        starts_at: Some(time("2027-06-01T18:00:00Z")),
        quantity: Some(Quantity::try_from(quantity).unwrap()),
        ..Draft::default()
    }
}

fn listed(quantity: u32) -> Ticket {
    let id = TicketId::generate(now(), [2; 8]);
    Ticket::create(id, seller(), "usd".parse().unwrap(), &draft(quantity), now()).unwrap()
}

fn with_units(ticket: &Ticket, held: u32, sold: u32) -> Ticket {
    // As the store has it after a projection.
    let seq = ticket.availability.seq() + 1;
    let stored = serde_json::json!({ "seq": seq, "held": held, "sold": sold, "available": 0 });
    let availability: Availability = serde_json::from_value(stored).unwrap();
    Ticket { availability: availability.of(ticket.quantity), ..ticket.clone() }
}

fn changed(transition: Result<Transition, Refusal>) -> Ticket {
    match transition {
        Ok(Transition::Changed(ticket)) => *ticket,
        other => panic!("no change: {other:?}"),
    }
}

fn broken(transition: Result<Transition, Refusal>) -> Vec<String> {
    match transition {
        Err(Refusal::Invalid(fields)) => fields.into_iter().map(|error| error.field).collect(),
        other => panic!("not refused for its fields: {other:?}"),
    }
}

#[test]
fn a_new_listing_has_one_unit_unless_told_otherwise() {
    let ticket = Ticket::create(
        TicketId::generate(now(), [2; 8]),
        seller(),
        "usd".parse().unwrap(),
        &Draft { quantity: None, ..draft(1) },
        now(),
    );
    let view = ticket.unwrap().view();
    assert_eq!((view.quantity, view.available, view.version), (1, 1, 1));
    assert_eq!(view.status, TicketStatus::Available);
}

#[test]
fn a_listing_must_begin_in_the_future() {
    let mut late = draft(1);
    late.starts_at = Some(now());
    let id = TicketId::generate(now(), [2; 8]);
    let refused = Ticket::create(id, seller(), "usd".parse().unwrap(), &late, now());
    assert!(matches!(refused, Err(Refusal::Invalid(_))));
    assert_eq!(broken(listed(1).edit(seller(), &late, now())), ["startsAt"]);
}

#[test]
fn an_edit_is_the_next_version_and_keeps_what_is_sold() {
    let ticket = with_units(&listed(5), 0, 2);
    let edited = changed(ticket.edit(seller(), &draft(3), now()));
    let view = edited.view();
    assert_eq!((view.version, view.quantity, view.available), (2, 3, 1));
    assert_eq!(edited.availability.seq(), ticket.availability.seq());
    assert!(matches!(edited.latest_event(), Event::TicketUpdated(state) if state.version == 2));
}

#[test]
fn an_edit_that_changes_nothing_is_no_change() {
    let ticket = listed(5);
    assert_eq!(ticket.edit(seller(), &draft(5), now()), Ok(Transition::AlreadyThere));
    let unsaid = Draft { quantity: None, ..draft(1) };
    assert_eq!(ticket.edit(seller(), &unsaid, now()), Ok(Transition::AlreadyThere));
    let after_the_event = time("2028-01-01T00:00:00Z");
    assert_eq!(ticket.edit(seller(), &draft(5), after_the_event), Ok(Transition::AlreadyThere));
}

#[test]
fn only_the_seller_may_change_a_listing() {
    let stranger = UserId::generate(now(), [9; 8]);
    assert_eq!(listed(1).edit(stranger, &draft(2), now()), Err(Refusal::NotSeller));
    assert_eq!(listed(1).withdraw(stranger), Err(Refusal::NotSeller));
    let withdrawn = changed(listed(1).withdraw(seller()));
    assert_eq!(withdrawn.withdraw(stranger), Err(Refusal::NotSeller));
}

#[test]
fn held_units_forbid_changes_and_sold_ones_bound_the_quantity() {
    let held = with_units(&listed(5), 1, 2);
    assert_eq!(held.edit(seller(), &draft(9), now()), Err(Refusal::Reserved { tried: "edit" }));
    assert_eq!(held.withdraw(seller()), Err(Refusal::Reserved { tried: "withdraw" }));
    let sold = with_units(&held, 0, 3);
    assert_eq!(broken(sold.edit(seller(), &draft(2), now())), ["quantity"]);
    let mut both = draft(2);
    both.starts_at = Some(now());
    both.title = None;
    both.broken = vec![FieldError { field: "title".to_owned(), message: "Title is required".to_owned() }];
    assert_eq!(broken(sold.edit(seller(), &both, now())), ["title", "startsAt", "quantity"]);
    let cut = changed(sold.edit(seller(), &draft(3), now()));
    assert_eq!(cut.view().status, TicketStatus::Sold);
}

#[test]
fn withdrawing_is_final() {
    let withdrawn = changed(listed(5).withdraw(seller()));
    let view = withdrawn.view();
    assert_eq!((view.status, view.available, view.version), (TicketStatus::Withdrawn, 0, 2));
    assert!(!withdrawn.is_open());
    assert_eq!(withdrawn.withdraw(seller()), Ok(Transition::AlreadyThere));
    assert_eq!(withdrawn.edit(seller(), &draft(2), now()), Err(Refusal::Withdrawn));
    assert!(matches!(withdrawn.latest_event(), Event::TicketWithdrawn(_)));
}

#[test]
fn the_status_follows_the_units() {
    let ticket = listed(2);
    for (held, sold, status, available) in [
        (0, 0, TicketStatus::Available, 2),
        (1, 0, TicketStatus::Available, 1),
        (1, 1, TicketStatus::Reserved, 0),
        (2, 0, TicketStatus::Reserved, 0),
        (0, 2, TicketStatus::Sold, 0),
    ] {
        let view = with_units(&ticket, held, sold).view();
        assert_eq!((view.status, view.available, view.version), (status, available, 1));
    }
}

#[test]
fn a_reservation_that_was_faster_than_a_cut_makes_room_for_itself() {
    let cut = changed(listed(10).edit(seller(), &draft(2), now()));
    assert_eq!(cut.make_room(), Ok(Transition::AlreadyThere));
    let short = with_units(&cut, 4, 1);
    assert!(short.is_short());
    let Ok(Transition::Changed(roomy)) = short.make_room() else { panic!("no room was made") };
    let view = roomy.view();
    assert_eq!((view.version, view.quantity, view.available), (3, 5, 0));
    assert_eq!(roomy.make_room(), Ok(Transition::AlreadyThere));
    assert_eq!(with_units(&cut, 90, 90).make_room(), Err(Impossible { taken: 180 }));
}

#[test]
fn what_is_searched_is_folded() {
    let derived = listed(1).derived();
    assert_eq!(derived.get_str("city").unwrap(), "lodz");
    assert_eq!(derived.get_str("category").unwrap(), "theatre");
    let words: Vec<_> = derived.get_array("words").unwrap().iter().filter_map(|word| word.as_str()).collect();
    assert_eq!(words, ["hamlet", "lodz", "theatre"]);
    assert!(derived.get_bool("open").unwrap());
}

#[test]
fn a_repeated_request_is_answered_with_the_listing_as_it_was() {
    let first = listed(5).made_under(Some("k".to_owned()));
    let view = first.view();
    let other = Draft { title: Some("Macbeth".parse().unwrap()), starts_at: None, ..draft(9) };
    let edited = changed(first.edit(seller(), &other, now()));
    let raised = match with_units(&edited, 8, 4).make_room() {
        Ok(Transition::Changed(ticket)) => *ticket,
        none => panic!("{none:?}"),
    };
    let withdrawn = changed(with_units(&raised, 0, 4).withdraw(seller()));
    for ticket in [&first, &edited, &raised, &withdrawn] {
        assert_eq!(ticket.first_answer(&draft(5)).map(|ticket| ticket.view()), Ok(view.clone()));
        assert_eq!(ticket.first_answer(&draft(6)), Err(Refusal::KeyReused));
        assert_eq!(ticket.first_answer(&other), Err(Refusal::KeyReused));
        let request = ticket.derived();
        assert_eq!(request.get_str("request").unwrap(), request_name(seller(), "k"));
    }
    // As long as a listing says it itself, it is not kept twice; without a key never.
    let kept = |ticket: &Ticket| serde_json::to_value(ticket).unwrap()["origin"]["said"].is_object();
    assert_eq!(
        [kept(&first), kept(&edited), kept(&changed(listed(5).withdraw(seller())))],
        [false, true, false]
    );
    assert!(!listed(5).derived().contains_key("request"));
}
