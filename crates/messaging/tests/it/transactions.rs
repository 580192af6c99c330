//! Several writes and their announcements as one.

use futures::future::join_all;
use messaging::{Attempts, MaybeTransient, WriteError};
use testkit::holds;

use crate::world::{A_WHILE, Listing, World};

#[tokio::test]
async fn events_leave_after_the_commit_and_not_before() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let first = Listing::new("Hamlet");
    listings.insert(&first, &[]).await.unwrap();
    let (second, other) = (first.renamed("Macbeth"), Listing::new("Othello"));

    let mut transaction = service.messaging.begin().await.unwrap();
    listings.replace_in(&mut transaction, &second, &[second.updated()]).await.unwrap();
    listings.insert_in(&mut transaction, &other, &[other.created()]).await.unwrap();
    let seen = listings.get_in(&mut transaction, &second.0.id.to_string()).await.unwrap();
    assert_eq!(seen, Some(second.clone()), "the transaction sees its own writes");
    holds("nothing is announced", A_WHILE, async || world.published().await.is_empty()).await;
    assert_eq!(listings.get(&first.0.id.to_string()).await.unwrap(), Some(first), "others see none of it");

    transaction.commit().await.unwrap();
    world.published_becomes(&[second.updated(), other.created()]).await;
    service.outbox_becomes_empty().await;
}

#[tokio::test]
async fn an_aborted_or_abandoned_transaction_leaves_nothing() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    for abandon in [false, true] {
        let listing = Listing::new("Hamlet");
        let mut transaction = service.messaging.begin().await.unwrap();
        listings.insert_in(&mut transaction, &listing, &[listing.created()]).await.unwrap();
        if abandon {
            drop(transaction);
        } else {
            transaction.abort().await;
        }
        holds("nothing is announced", A_WHILE, async || world.published().await.is_empty()).await;
        assert_eq!(listings.get(&listing.0.id.to_string()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_stale_write_in_a_transaction_is_refused_and_the_rest_can_be_aborted() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let (one, other) = (Listing::new("Hamlet"), Listing::new("Othello"));
    for listing in [&one, &other] {
        listings.insert(listing, &[]).await.unwrap();
    }
    listings.replace(&other.renamed("Lear"), &[]).await.unwrap();

    let (good, lost) = (one.renamed("Macbeth"), other.renamed("Macbeth"));
    let mut transaction = service.messaging.begin().await.unwrap();
    listings.replace_in(&mut transaction, &good, &[good.updated()]).await.unwrap();
    let refused = listings.replace_in(&mut transaction, &lost, &[lost.updated()]).await;
    assert!(matches!(refused, Err(WriteError::Stale)));
    transaction.abort().await;
    assert_eq!(listings.get(&one.0.id.to_string()).await.unwrap(), Some(one));
    holds("nothing is announced", A_WHILE, async || world.published().await.is_empty()).await;
}

#[tokio::test]
async fn transactions_that_meet_are_told_so_and_all_succeed_in_the_end() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let first = Listing::new("Hamlet");
    let id = first.0.id.to_string();
    listings.insert(&first, &[]).await.unwrap();
    let change = async |nth: u32| {
        let mut attempts = Attempts::of(60);
        loop {
            let mut transaction = service.messaging.begin().await.unwrap();
            let changed: Result<(), WriteError> = async {
                let current = listings.get_in(&mut transaction, &id).await?.expect("the listing is there");
                let next = current.renamed(&format!("Henry {nth}"));
                listings.replace_in(&mut transaction, &next, &[next.updated()]).await
            }
            .await;
            let error = match changed {
                Ok(()) => match transaction.commit().await {
                    Ok(()) => return,
                    Err(error) => WriteError::Store(error),
                },
                Err(error) => {
                    transaction.abort().await;
                    error
                }
            };
            assert!(error.is_transient(), "only lost races are expected: {error:?}");
            assert!(attempts.again(&error).await, "the attempts were enough");
        }
    };
    join_all((0..8).map(change)).await;
    assert_eq!(listings.get(&id).await.unwrap().unwrap().0.version, 9);
    service.outbox_becomes_empty().await;
    assert_eq!(world.published().await.len(), 8, "each change is announced once");
}
