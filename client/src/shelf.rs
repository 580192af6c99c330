//! [`Shelf`]: what is kept because making it again would cost much, within a bound of bytes.

use std::{convert::Infallible, hash::Hash, sync::Arc};

use metrics::{Counter, Gauge};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync::Cache};

/// What something takes of the memory, about.
pub(crate) trait Weigh {
    fn bytes(&self) -> usize;
}

impl Weigh for String {
    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Weigh for str {
    fn bytes(&self) -> usize {
        self.len()
    }
}

/// Values that are each the only right one for its key: a shelf forgets, but never because something changed. What is
/// asked for seldom makes room for what is asked for often. Cheap to clone.
#[derive(Debug)]
pub(crate) struct Shelf<K, V: ?Sized>(Arc<Inner<K, V>>);

#[derive(Debug)]
struct Inner<K, V: ?Sized> {
    cache: Cache<K, Arc<V>, Bytes>,
    hits: Counter,
    misses: Counter,
    bytes: Gauge,
}

impl<K, V: ?Sized> Clone for Shelf<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug, Clone, Copy)]
struct Bytes;

impl<K: Weigh, V: Weigh + ?Sized> Weighter<K, Arc<V>> for Bytes {
    fn weight(&self, key: &K, value: &Arc<V>) -> u64 {
        (key.bytes() + value.bytes() + OVERHEAD_BYTES).try_into().unwrap_or(u64::MAX)
    }
}

/// What an entry takes besides its texts, so that many empty ones count too.
const OVERHEAD_BYTES: usize = 256;

/// What an entry takes usually; a shelf is laid out for as many as there is room for.
const USUAL_BYTES: usize = 16 * 1024;

impl<K: Weigh + Eq + Hash + Clone, V: Weigh + ?Sized> Shelf<K, V> {
    /// An empty one, called `what` in the metrics, for this many bytes.
    pub(crate) fn new(what: &'static str, most_bytes: usize) -> Self {
        let options = OptionsBuilder::new()
            // In one piece: a part of the room would be too small for a long page.
            .shards(1)
            .estimated_items_capacity(most_bytes / USUAL_BYTES)
            .weight_capacity(most_bytes.try_into().unwrap_or(u64::MAX))
            .build();
        let cache = match options {
            Ok(options) => Cache::with_options(options, Bytes, DefaultHashBuilder::default(), <_>::default()),
            // Only without a capacity are there no options, and it was given above.
            Err(_) => Cache::with_weighter(0, 0, Bytes),
        };
        Self(Arc::new(Inner {
            cache,
            hits: metrics::counter!("kept_total", "what" => what, "cache" => "hit"),
            misses: metrics::counter!("kept_total", "what" => what, "cache" => "miss"),
            bytes: metrics::gauge!("kept_bytes", "what" => what),
        }))
    }

    /// What is kept for `key`; if nothing is, `make` makes it. Whoever wants the same meanwhile waits for it, so `make`
    /// must not wait for anything.
    pub(crate) fn get_or_make(&self, key: &K, make: impl FnOnce() -> Arc<V>) -> Arc<V> {
        let mut missed = false;
        let value = self.0.cache.get_or_insert_with(key, || {
            missed = true;
            Ok::<_, Infallible>(make())
        });
        self.count(missed);
        match value {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// What is kept for `key`.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        let value = self.0.cache.get(key);
        self.count(value.is_none());
        value
    }

    /// Keeps something if there can be room for it.
    pub(crate) fn put(&self, key: K, value: Arc<V>) {
        self.0.cache.insert(key, value);
        self.weigh();
    }

    fn count(&self, missed: bool) {
        if missed {
            self.0.misses.increment(1);
            self.weigh();
        } else {
            self.0.hits.increment(1);
        }
    }

    fn weigh(&self) {
        // A few megabytes at most.
        self.0.bytes.set(u32::try_from(self.0.cache.weight()).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(letter: &str) -> Arc<str> {
        letter.repeat(1000).into()
    }

    #[test]
    fn what_was_made_is_kept() {
        let shelf = Shelf::<String, str>::new("test", 100_000);
        let key = "a".to_owned();
        assert_eq!(shelf.get(&key), None);
        assert_eq!(shelf.get_or_make(&key, || long("x")), long("x"));
        assert_eq!(shelf.get_or_make(&key, || long("y")), long("x"));
        assert_eq!(shelf.get_or_make(&"b".to_owned(), || long("z")), long("z"));
        shelf.put(key.clone(), long("y"));
        assert_eq!(shelf.get(&key), Some(long("y")));
    }

    #[test]
    fn bytes_are_bounded() {
        let shelf = Shelf::<String, str>::new("test", 100_000);
        for number in 0..1000 {
            shelf.get_or_make(&number.to_string(), || long("x"));
            assert!(shelf.0.cache.weight() <= 100_000, "{}", shelf.0.cache.weight());
        }
        assert!(shelf.0.cache.len() > 50, "{}", shelf.0.cache.len());
        // Many that are empty take room too.
        for number in 0..1000 {
            shelf.put(format!("empty {number}"), "".into());
        }
        assert!(shelf.0.cache.len() < 400, "{}", shelf.0.cache.len());
    }

    #[test]
    fn what_does_not_fit_is_made_and_not_kept() {
        let shelf = Shelf::<String, str>::new("test", 2_000);
        let key = "a".to_owned();
        let longer: Arc<str> = "x".repeat(3_000).into();
        assert_eq!(shelf.get_or_make(&key, || longer.clone()), longer);
        assert_eq!(shelf.get(&key), None);
    }

    #[test]
    fn what_is_wanted_often_outlives_what_is_wanted_once() {
        let shelf = Shelf::<String, str>::new("test", 100_000);
        let favourite = "favourite".to_owned();
        shelf.put(favourite.clone(), long("x"));
        for number in 0..1000 {
            shelf.get_or_make(&number.to_string(), || long("y"));
            assert!(shelf.get(&favourite).is_some(), "forgotten after {number}");
        }
    }
}
