//! How long things took, in buckets: cheap to record, exact to 1.6 %.

use std::time::Duration;

/// Values below this have a bucket each; from there on every doubling is cut into half as many.
const LINEAR: u64 = 128;
const PER_DOUBLING: u64 = LINEAR / 2;

/// Durations, to the microsecond.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    longest: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, duration: Duration) {
        let value = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = bucket_of(value);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.count += 1;
        self.longest = self.longest.max(value);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if other.buckets.len() > self.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (own, add) in self.buckets.iter_mut().zip(&other.buckets) {
            *own += add;
        }
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The time within which this share of all was done, in 0 to 1; zero if nothing was recorded.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a run records fewer than 2^52 durations"
    )]
    pub(crate) fn within(&self, share: f64) -> Duration {
        let wanted = ((self.count as f64 * share.clamp(0.0, 1.0)).ceil() as u64).max(1);
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(end_of(bucket).min(self.longest));
            }
        }
        Duration::ZERO
    }
}

fn bucket_of(value: u64) -> usize {
    let bucket = if value < LINEAR {
        value
    } else {
        let doubling = u64::from(value.ilog2() - LINEAR.ilog2());
        let within = (value >> (doubling + 1)) - PER_DOUBLING;
        LINEAR + doubling * PER_DOUBLING + within
    };
    // The largest possible is under five thousand.
    usize::try_from(bucket).unwrap_or(usize::MAX)
}

/// The largest value of a bucket.
fn end_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < LINEAR {
        return bucket;
    }
    let (doubling, within) = ((bucket - LINEAR) / PER_DOUBLING, (bucket - LINEAR) % PER_DOUBLING);
    let width = 1_u128 << (doubling + 1);
    u64::try_from(u128::from(PER_DOUBLING + within + 1) * width - 1).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        micros.into_iter().for_each(|value| histogram.record(Duration::from_micros(value)));
        histogram
    }

    #[test]
    fn every_value_lies_in_its_bucket_and_the_buckets_leave_no_gap() {
        let mut values: Vec<u64> = (0..10_000).collect();
        values.extend((14..64).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 1]));
        values.push(u64::MAX);
        for value in values {
            let bucket = bucket_of(value);
            assert!(value <= end_of(bucket), "{value}");
            assert!(bucket == 0 || value > end_of(bucket - 1), "{value}");
        }
    }

    #[test]
    fn a_bucket_is_at_most_a_64th_wide() {
        for bucket in bucket_of(LINEAR)..bucket_of(1 << 40) {
            let (begin, end) = (end_of(bucket - 1) + 1, end_of(bucket));
            assert!((end - begin) * 64 <= begin, "{begin}..={end}");
        }
    }

    #[test]
    fn short_durations_have_exact_percentiles() {
        let histogram = of(1..=100);
        for (share, micros) in [(0.0, 1), (0.01, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)] {
            assert_eq!(histogram.within(share), Duration::from_micros(micros), "{share}");
        }
    }

    #[test]
    fn long_durations_have_percentiles_to_two_percent_and_an_exact_maximum() {
        let histogram = of((1..=1000).map(|n| n * 1000));
        let median = histogram.within(0.5).as_micros();
        assert!((500_000..=508_000).contains(&median), "{median}");
        assert_eq!(histogram.within(1.0), Duration::from_secs(1));
    }

    #[test]
    fn merged_is_as_if_recorded_together() {
        let mut merged = of([5, 70_000]);
        merged.merge(&of([1, 2, 3_000_000]));
        let together = of([5, 70_000, 1, 2, 3_000_000]);
        assert_eq!(merged.count(), 5);
        for share in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
            assert_eq!(merged.within(share), together.within(share));
        }
        let mut empty = Histogram::default();
        assert_eq!(empty.within(0.5), Duration::ZERO);
        empty.merge(&merged);
        assert_eq!(empty.within(1.0), Duration::from_secs(3));
    }
}
