//! The time zones a venue can be in.

use std::sync::LazyLock;

use common::{api::TicketView, text::TimeZone as ZoneName};
use islands::words::words;
use jiff::{Zoned, tz::TimeZone};

/// What a listing without a zone is told and typed in.
pub(crate) const UTC: &str = "UTC";

/// Zones that are looked for together.
#[derive(Debug)]
pub(crate) struct Region {
    label: &'static str,
    pub(crate) zones: Vec<Zone>,
}

/// A zone, by the name that the database and the API know it by.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) name: String,
    /// The same for people, within its region: `New York`.
    pub(crate) place: String,
}

/// The database's regions and our words for them. It has other names, which are older spellings of the same zones.
const REGIONS: [(&str, &str); 10] = [
    ("Africa", "zone-africa"),
    ("America", "zone-america"),
    ("Antarctica", "zone-antarctica"),
    ("Arctic", "zone-arctic"),
    ("Asia", "zone-asia"),
    ("Atlantic", "zone-atlantic"),
    ("Australia", "zone-australia"),
    ("Europe", "zone-europe"),
    ("Indian", "zone-indian"),
    ("Pacific", "zone-pacific"),
];

impl Region {
    /// The region's name in the reader's language.
    pub(crate) fn label(&self) -> String {
        words().text(self.label, &[])
    }
}

/// All zones that are offered, apart from [`UTC`].
pub(crate) fn regions() -> &'static [Region] {
    static FOUND: LazyLock<Vec<Region>> = LazyLock::new(|| {
        let mut names: Vec<_> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort();
        let region = |(prefix, label): (&str, &'static str)| {
            let zones = names.iter().filter_map(|name| {
                let place = name.strip_prefix(prefix)?.strip_prefix('/')?;
                Some(Zone { name: name.clone(), place: place.replace('_', " ") })
            });
            Region { label, zones: zones.collect() }
        };
        REGIONS.into_iter().map(region).collect()
    });
    &FOUND
}

/// Whether a name is among [`regions`], or is [`UTC`].
pub(crate) fn is_offered(name: &str) -> bool {
    name == UTC || regions().iter().any(|region| region.zones.iter().any(|zone| zone.name == name))
}

/// The name of a zone there is; else the rule that any other name breaks.
pub(crate) fn parse(text: &str) -> Result<ZoneName, String> {
    let name: ZoneName = text.parse().map_err(str::to_owned)?;
    find(&name).map(|_| name).ok_or_else(|| ZoneName::RULE.to_owned())
}

/// The zone with a name, if there is one.
pub(crate) fn find(name: &ZoneName) -> Option<TimeZone> {
    TimeZone::get(name.as_str()).ok()
}

/// The zone a listing's beginning is told in: the venue's, or UTC where that is not known.
pub(crate) fn of(ticket: &TicketView) -> TimeZone {
    ticket.time_zone.as_ref().and_then(find).unwrap_or(TimeZone::UTC)
}

/// When a listing's event begins, at the venue.
pub(crate) fn start(ticket: &TicketView) -> Option<Zoned> {
    ticket.starts_at.map(|at| at.to_zoned(of(ticket)))
}

#[cfg(test)]
mod tests {
    use islands::words::Language;

    use super::*;
    use crate::render::said_in;

    #[test]
    fn the_database_is_offered_by_region() {
        for region in regions() {
            assert!(!region.zones.is_empty(), "{}", region.label);
            for language in Language::ALL {
                assert_ne!(said_in(language, || region.label()), region.label);
            }
            for zone in &region.zones {
                assert!(parse(&zone.name).is_ok(), "{}", zone.name);
            }
        }
        for name in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"] {
            assert!(is_offered(name), "{name}");
        }
        assert!(!is_offered("Mars/Olympus"));
    }

    #[test]
    fn only_zones_there_are_are_zones() {
        assert_eq!(parse(" Europe/Berlin ").unwrap().as_str(), "Europe/Berlin");
        for text in ["Mars/Olympus", "local time", "+02:00"] {
            assert_eq!(parse(text), Err(ZoneName::RULE.to_owned()), "{text}");
        }
    }
}
