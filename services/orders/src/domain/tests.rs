//! The decisions, one by one and in any order.

use std::{collections::HashMap, time::Duration};

use common::{
    api::{CancelReason, OrderStatus},
    events::{Event, ListingStatus, RefundedLine, TicketState},
    id::{Id, OrderId, PaymentId, TicketId},
    money::Minor,
    text::Quantity,
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn id<T: Id>(number: u8) -> T {
    T::generate(at(0), [number; 8])
}

fn terms() -> Terms {
    Terms { reservation: Duration::from_mins(15), max_held_units: 10, currency: "usd".parse().unwrap() }
}

fn listing(number: u8, quantity: u32, cents: i64) -> Inventory {
    Inventory::of_new(&TicketState {
        id: id(number),
        version: 1,
        seller_id: id(99),
        title: "Hamlet".parse().unwrap(),
        price_minor: Minor::new(cents).unwrap().try_into().unwrap(),
        currency: "usd".parse().unwrap(),
        quantity,
        status: ListingStatus::Listed,
        starts_at: None,
        time_zone: None,
    })
}

fn basket(wanted: &[(u8, u32)]) -> Basket {
    let wanted = wanted.iter().map(|(ticket, quantity)| Wanted {
        ticket_id: id(*ticket),
        quantity: Quantity::try_from(*quantity).unwrap(),
    });
    Basket { buyer_id: id(1), wanted: wanted.collect(), expected_total: None, idempotency: None }
}

fn known(inventories: &[Inventory]) -> HashMap<TicketId, Inventory> {
    inventories.iter().map(|inventory| (inventory.ticket_id, inventory.clone())).collect()
}

fn created() -> Order {
    reserve(&basket(&[(7, 1)]), &known(&[listing(7, 1, 500)]), &terms(), id(5), at(0)).unwrap()
}

fn changed(transition: Transition) -> Order {
    match transition {
        Transition::Changed(order) => order,
        Transition::AlreadyThere(order) => panic!("{order:?} did not change"),
    }
}

fn unchanged(transition: &Transition) -> bool {
    matches!(transition, Transition::AlreadyThere(_))
}

#[test]
fn a_basket_is_priced_line_by_line_and_lasts_fifteen_minutes() {
    let inventories = known(&[listing(7, 3, 1999), listing(8, 1, 1)]);
    let order = reserve(&basket(&[(7, 2), (8, 1)]), &inventories, &terms(), id(5), at(0)).unwrap();
    let view = order.view().unwrap();
    assert_eq!(view.total.0.get(), 3999);
    assert_eq!(view.expires_at, at(900));
    assert_eq!(order.unit_count(), 3);
}

#[test]
fn a_basket_is_refused_for_the_first_reason_there_is() {
    let try_reserve =
        |basket: &Basket, inventory: Inventory| reserve(basket, &known(&[inventory]), &terms(), id(5), at(0));
    let seven: TicketId = id(7);
    let own = Inventory { seller_id: id(1), ..listing(7, 1, 500) };
    assert_eq!(try_reserve(&basket(&[(7, 1)]), own), Err(Refusal::OwnTicket(seven)));
    let withdrawn = Inventory { listed: false, ..listing(7, 1, 500) };
    assert_eq!(try_reserve(&basket(&[(7, 1)]), withdrawn), Err(Refusal::NotOnSale(seven)));
    let begun = Inventory { starts_at: Some(at(0)), ..listing(7, 1, 500) };
    assert_eq!(try_reserve(&basket(&[(7, 1)]), begun), Err(Refusal::NotOnSale(seven)));
    let few = Refusal::NotEnough { ticket_id: seven, available: 1 };
    assert_eq!(try_reserve(&basket(&[(7, 2)]), listing(7, 1, 500)), Err(few));
    assert_eq!(try_reserve(&basket(&[(7, 11)]), listing(7, 20, 500)), Err(Refusal::HoldLimit(10)));
    assert_eq!(try_reserve(&basket(&[(8, 1)]), listing(7, 1, 500)), Err(Refusal::UnknownTicket(id(8))));
    let outdated = Basket { expected_total: Minor::new(400), ..basket(&[(7, 1)]) };
    let actual = Minor::new(500).unwrap();
    assert_eq!(try_reserve(&outdated, listing(7, 1, 500)), Err(Refusal::PriceChanged { actual }));
}

#[test]
fn the_road_to_complete() {
    let payment: PaymentId = id(3);
    let order = changed(created().confirm(payment, at(1)).unwrap());
    assert_eq!(order.status(), Status::AwaitingPayment { payment_id: payment });
    assert!(unchanged(&order.clone().confirm(payment, at(1)).unwrap()));
    let order = changed(order.complete(payment, at(1)).unwrap());
    assert_eq!(order.status(), Status::Complete { payment_id: payment });
    assert!(unchanged(&order.clone().complete(payment, at(1)).unwrap()));
    assert!(unchanged(&order.clone().confirm(payment, at(1)).unwrap()));
    assert!(order.clone().cancel(at(1)).is_err());
    assert!(unchanged(&order.clone().expire(at(5000))));
    assert!(unchanged(&order.clone().withdraw_ticket(at(1))));
    assert!(order.fail_payment(payment, at(1)).is_err());
}

#[test]
fn a_deadline_counts_only_while_unpaid_and_only_once_it_has_passed() {
    assert!(unchanged(&created().expire(at(899))));
    let lapsed = changed(created().expire(at(900)));
    assert_eq!(lapsed.status(), Status::Cancelled { reason: CancelReason::Expired });
    assert!(lapsed.clone().confirm(id(3), at(1)).is_err());
    assert!(lapsed.clone().complete(id(3), at(1)).is_err());
    assert!(unchanged(&lapsed.cancel(at(1)).unwrap()));
    let paying = changed(created().confirm(id(3), at(1)).unwrap());
    assert!(unchanged(&paying.clone().expire(at(5000))));
    assert!(unchanged(&paying.clone().withdraw_ticket(at(1))));
    let illegal = paying.cancel(at(1)).unwrap_err();
    assert!(illegal.to_string().contains("AwaitingPayment"), "{illegal}");
}

#[test]
fn only_the_authorised_payment_can_end_or_complete_the_order() {
    assert!(unchanged(&created().fail_payment(id(3), at(1)).unwrap()));
    let paying = changed(created().confirm(id(3), at(1)).unwrap());
    assert!(unchanged(&paying.clone().fail_payment(id(4), at(1)).unwrap()));
    assert!(paying.clone().confirm(id(4), at(1)).is_err());
    assert!(paying.clone().complete(id(4), at(1)).is_err());
    let failed = changed(paying.fail_payment(id(3), at(1)).unwrap());
    assert_eq!(failed.status(), Status::Cancelled { reason: CancelReason::PaymentFailed });
}

#[test]
fn a_payment_that_was_voided_before_it_was_heard_of_is_never_accepted() {
    let order = changed(created().void_payment(id(3), at(1)).unwrap());
    assert_eq!((order.status(), messaging::Aggregate::version(&order)), (Status::Created, 2));
    assert!(unchanged(&order.clone().void_payment(id(3), at(1)).unwrap()));
    assert!(unchanged(&order.clone().confirm(id(3), at(1)).unwrap()));
    let paying = changed(order.confirm(id(4), at(1)).unwrap());
    assert!(unchanged(&paying.clone().void_payment(id(3), at(1)).unwrap()));
    let over = changed(paying.void_payment(id(4), at(1)).unwrap());
    assert_eq!(over.status(), Status::Cancelled { reason: CancelReason::PaymentFailed });
}

fn refunded(ticket: u8, cents: i64, units: u32) -> RefundedLine {
    RefundedLine { ticket_id: id(ticket), amount_minor: Minor::new(cents).unwrap(), units }
}

/// Paid by payment 3: two units of 7 at 5, one unit of 8 at 7.
fn complete() -> Order {
    let inventories = known(&[listing(7, 3, 500), listing(8, 1, 700)]);
    let order = reserve(&basket(&[(7, 2), (8, 1)]), &inventories, &terms(), id(5), at(0)).unwrap();
    changed(order.complete(id(3), at(1)).unwrap())
}

fn given_back(order: &Order) -> Vec<(i64, u32)> {
    order.lines().iter().map(|line| (line.refunded.get(), line.returned)).collect()
}

#[test]
fn a_refund_is_noted_by_line_and_the_order_stays_complete() {
    let part = changed(complete().refund(id(3), &[refunded(7, 500, 1)]).unwrap());
    assert_eq!((part.status(), given_back(&part)), (complete().status(), vec![(500, 1), (0, 0)]));
    assert_eq!((part.event().kind(), states(&part)), ("order.completed", states(&complete())));
    let items = part.view().unwrap().items;
    assert_eq!((items[0].refunded.0.get(), items[0].returned, items[1].returned), (500, 1, 0));
    let Event::OrderCompleted(state) = part.event() else { panic!("{:?}", part.event()) };
    assert_eq!((state.version, state.items[0].refunded_minor.get(), state.items[0].returned), (3, 500, 1));
    // What is announced is what was given back altogether: money alone, then the units too.
    let all = [refunded(8, 700, 0), refunded(7, 1000, 1)];
    let all = changed(part.refund(id(3), &all).unwrap());
    assert_eq!(given_back(&all), [(1000, 1), (700, 0)]);
    let all = changed(all.refund(id(3), &[refunded(7, 1000, 2)]).unwrap());
    assert_eq!(given_back(&all), [(1000, 2), (700, 0)]);
    let first = all.as_created();
    assert_eq!((given_back(&first), first.status()), (vec![(0, 0), (0, 0)], Status::Created));
}

#[test]
fn refunds_heard_of_twice_or_too_late_change_nothing() {
    let lines = [refunded(7, 700, 2), refunded(8, 100, 0)];
    let order = changed(complete().refund(id(3), &lines).unwrap());
    for old in [&lines[..], &lines[..1], &[], &[refunded(7, 500, 2)], &[refunded(7, 0, 0)]] {
        assert!(unchanged(&order.clone().refund(id(3), old).unwrap()), "{old:?}");
    }
    let cancelled = changed(created().cancel(at(1)).unwrap());
    assert!(unchanged(&cancelled.clone().refund(id(3), &[refunded(7, 500, 1)]).unwrap()));
    assert!(unchanged(&cancelled.catch_up(id(3), at(1))));
}

#[test]
fn no_line_gives_back_more_than_it_has_and_only_its_own_payment_pays_it_back() {
    let refused = |order: Order, payment: u8, lines: &[RefundedLine]| {
        order.refund(id(payment), lines).unwrap_err().attempted
    };
    let too_much = "give back more than a line of it cost";
    assert_eq!(refused(complete(), 3, &[refunded(7, 500, 1), refunded(8, 701, 1)]), too_much);
    assert_eq!(refused(complete(), 3, &[refunded(8, 700, 2)]), "return more units than a line of it has");
    let unknown = "be refunded for a listing it does not have";
    assert_eq!(refused(complete(), 3, &[refunded(9, 1, 0)]), unknown);
    assert_eq!(refused(complete(), 4, &[refunded(7, 500, 1)]), "be refunded");
    assert_eq!(refused(created(), 3, &[refunded(7, 500, 1)]), "be refunded");
    let paying = changed(created().confirm(id(3), at(1)).unwrap());
    assert_eq!(refused(paying.clone(), 3, &[refunded(7, 500, 1)]), "be refunded");
    // Unless it catches up first with the capture that a refund tells of.
    assert!(unchanged(&paying.clone().catch_up(id(4), at(2))));
    for order in [created(), paying] {
        let order = changed(order.catch_up(id(3), at(2)));
        assert_eq!(order.status(), Status::Complete { payment_id: id(3) });
        assert!(unchanged(&order.clone().catch_up(id(3), at(3))));
        assert_eq!(given_back(&changed(order.refund(id(3), &[refunded(7, 500, 1)]).unwrap())), [(500, 1)]);
    }
}

fn states(order: &Order) -> Vec<(OrderStatus, Timestamp)> {
    order.view().unwrap().history.iter().map(|step| (step.status, step.at)).collect()
}

#[test]
fn an_order_remembers_when_it_came_to_each_state() {
    let paying = changed(created().confirm(id(3), at(20)).unwrap());
    let repeated = paying.clone().confirm(id(3), at(30)).unwrap();
    assert!(unchanged(&repeated));
    let order = changed(paying.complete(id(3), at(40)).unwrap());
    let made = (OrderStatus::Created, at(0));
    assert_eq!(
        states(&order),
        [made, (OrderStatus::AwaitingPayment, at(20)), (OrderStatus::Complete, at(40))]
    );
    assert_eq!(states(&order.as_created()), [made]);
    // Another machine's clock is behind: the states still stand in their order.
    let hasty = changed(created().cancel(at(-5)).unwrap());
    assert_eq!(states(&hasty), [made, (OrderStatus::Cancelled, at(0))]);
}

#[test]
fn of_an_order_from_before_states_were_noted_only_the_first_is_told() {
    let old = |order: &Order| -> Order {
        let mut document = bson::serialize_to_document(order).unwrap();
        document.remove("history").unwrap();
        for line in document.get_array_mut("lines").unwrap() {
            let units = line.as_document_mut().unwrap().get_document_mut("units").unwrap();
            units.remove("takings").unwrap();
            for unknown in ["sellerId", "startsAt", "returned", "refunded"] {
                line.as_document_mut().unwrap().remove(unknown).unwrap();
            }
        }
        bson::deserialize_from_document(document).unwrap()
    };
    let paying = old(&changed(created().confirm(id(3), at(20)).unwrap()));
    let made = (OrderStatus::Created, at(0));
    assert_eq!(states(&paying), [made]);
    let Event::OrderConfirmed(state) = paying.event() else { panic!("{:?}", paying.event()) };
    assert_eq!(state.items[0].takings_minor, None);
    let order = changed(paying.complete(id(3), at(40)).unwrap());
    assert_eq!(states(&order), [made, (OrderStatus::Complete, at(40))]);
}

/// One thing that happens to the little market of the property below.
#[derive(Debug, Clone)]
enum Step {
    Reserve { ticket: u8, units: u32 },
    Confirm(usize),
    Complete(usize),
    Fail(usize),
    Cancel(usize),
    Expire(usize),
    Withdraw(usize),
    Refund { order: usize, cents: i64, units: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    let order = 0..12_usize;
    prop_oneof![
        3 => (7..9_u8, 1..4_u32).prop_map(|(ticket, units)| Step::Reserve { ticket, units }),
        2 => order.clone().prop_map(Step::Confirm),
        2 => order.clone().prop_map(Step::Complete),
        1 => order.clone().prop_map(Step::Fail),
        1 => order.clone().prop_map(Step::Cancel),
        1 => order.clone().prop_map(Step::Expire),
        1 => order.clone().prop_map(Step::Withdraw),
        3 => (order, 0..2500_i64, 0..4_u32).prop_map(|(order, cents, units)| Step::Refund { order, cents, units }),
    ]
}

/// What the store does with a decision, without a database.
fn commit(inventories: &mut HashMap<TicketId, Inventory>, before: Option<&Order>, after: &Order) {
    for (number, line) in after.lines().iter().enumerate() {
        let inventory = inventories.get_mut(&line.ticket_id).unwrap();
        let units = line.quantity;
        match (before.map(Order::status), after.status()) {
            (None, _) => {
                (inventory.held, inventory.available) = (inventory.held + units, inventory.available - units);
            }
            (_, Status::Cancelled { .. }) => {
                (inventory.held, inventory.available) = (inventory.held - units, inventory.available + units);
            }
            (Some(Status::Complete { .. }), Status::Complete { .. }) => {
                let back = line.given_back_since(&before.unwrap().lines()[number]);
                (inventory.sold, inventory.available) =
                    (inventory.sold - back.units, inventory.available + back.units);
                inventory.takings = inventory.takings.checked_sub(back.amount).unwrap();
            }
            (_, Status::Complete { .. }) => {
                (inventory.held, inventory.sold) = (inventory.held - units, inventory.sold + units);
                inventory.takings = inventory.takings.checked_add(line.total()).unwrap();
            }
            _ => continue,
        }
        inventory.seq += 1;
    }
}

proptest! {
    /// Whatever happens, in whatever order and however often: no unit is held or sold twice, none goes back twice, versions
    /// rise by one, and final states are final.
    #[test]
    fn units_are_never_given_away_twice(steps in prop::collection::vec(step(), 0..120)) {
        let mut inventories = known(&[listing(7, 3, 500), listing(8, 5, 700)]);
        let mut orders: Vec<Order> = Vec::new();
        let payment = |order: usize| -> PaymentId { id(u8::try_from(order).unwrap()) };
        for step in steps {
            let transition = match step {
                Step::Reserve { ticket, units } => {
                    let next: OrderId = id(u8::try_from(orders.len() % 200).unwrap());
                    if let Ok(order) = reserve(&basket(&[(ticket, units)]), &inventories, &terms(), next, at(0)) {
                        commit(&mut inventories, None, &order);
                        orders.push(order);
                    }
                    continue;
                }
                Step::Confirm(n) => orders.get(n).cloned().map(|order| (n, order.confirm(payment(n), at(1)))),
                Step::Complete(n) => orders.get(n).cloned().map(|order| (n, order.complete(payment(n), at(1)))),
                Step::Fail(n) => orders.get(n).cloned().map(|order| (n, order.fail_payment(payment(n), at(1)))),
                Step::Cancel(n) => orders.get(n).cloned().map(|order| (n, order.cancel(at(1)))),
                Step::Expire(n) => orders.get(n).cloned().map(|order| (n, Ok(order.expire(at(900))))),
                Step::Withdraw(n) => orders.get(n).cloned().map(|order| (n, Ok(order.withdraw_ticket(at(1))))),
                Step::Refund { order: n, cents, units } => orders.get(n).cloned().map(|order| {
                    let line = RefundedLine {
                        ticket_id: order.lines()[0].ticket_id,
                        amount_minor: Minor::new(cents).unwrap(),
                        units,
                    };
                    (n, order.refund(payment(n), &[line]))
                }),
            };
            if let Some((n, Ok(Transition::Changed(after)))) = transition {
                let before = &orders[n];
                let stays = before.status() == after.status() && matches!(after.status(), Status::Complete { .. });
                prop_assert!(before.is_open() || stays, "{:?} became {:?}", before.status(), after.status());
                prop_assert_eq!(messaging::Aggregate::version(&after), messaging::Aggregate::version(before) + 1);
                commit(&mut inventories, Some(before), &after);
                orders[n] = after;
            }
        }
        for inventory in inventories.values() {
            let lines = |open: bool| {
                let live = orders.iter().filter(move |order| match order.status() {
                    Status::Created | Status::AwaitingPayment { .. } => open,
                    Status::Complete { .. } => !open,
                    Status::Cancelled { .. } => false,
                });
                live.flat_map(Order::lines).filter(|line| line.ticket_id == inventory.ticket_id)
            };
            prop_assert_eq!(inventory.held, lines(true).map(|line| line.quantity).sum::<u32>());
            prop_assert_eq!(inventory.sold, lines(false).map(|line| line.quantity - line.returned).sum::<u32>());
            let kept = |line: &Line| line.total().get() - line.refunded.get();
            prop_assert_eq!(inventory.takings.get(), lines(false).map(kept).sum::<i64>());
            prop_assert!(lines(false).all(|line| kept(line) >= 0));
            prop_assert_eq!(inventory.available, inventory.quantity - inventory.held - inventory.sold);
            prop_assert!(inventory.held + inventory.sold <= inventory.quantity);
        }
    }
}
