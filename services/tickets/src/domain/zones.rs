//! Which time zones there are. The database is part of the binary: every machine knows the same ones.

use std::sync::LazyLock;

use common::text::TimeZone;
use jiff::tz::TimeZoneDatabase;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone, in the spelling of the database; `None` if there is no such zone.
pub(crate) fn known_zone(zone: &TimeZone) -> Option<TimeZone> {
    let found = ZONES.get(zone.as_str()).ok().filter(|found| !found.is_unknown())?;
    found.iana_name()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<String> {
        known_zone(&name.parse().unwrap()).map(|zone| zone.to_string())
    }

    #[test]
    fn zones_are_known_in_any_case_and_spelt_in_one() {
        for (name, spelt) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/BERLIN", "Europe/Berlin"),
            ("utc", "UTC"),
            ("America/Argentina/ComodRivadavia", "America/Argentina/ComodRivadavia"),
            ("Etc/GMT+5", "Etc/GMT+5"),
        ] {
            assert_eq!(known(name).as_deref(), Some(spelt));
        }
        for name in ["Europe/Atlantis", "Berlin", "Etc/Unknown", "CEST", "localtime"] {
            assert_eq!(known(name), None, "{name}");
        }
    }

    #[test]
    fn every_zone_has_a_name_the_contract_accepts() {
        let names: Vec<String> = ZONES.available().map(|name| name.to_string()).collect();
        assert!(names.len() > 400, "only {} zones are bundled", names.len());
        for name in names {
            assert_eq!(known(&name), Some(name.clone()), "{name}");
        }
    }
}
