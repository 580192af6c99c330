//! What is on sale in the gallery: ordinary things, and texts that pages find hard.

use jiff::{Timestamp, ToSpan as _, civil::time, tz::TimeZone};
use serde_json::{Value, json};

/// One listing.
pub(super) struct Listing {
    pub(super) title: &'static str,
    description: &'static str,
    category: &'static str,
    venue: &'static str,
    city: &'static str,
    price: f64,
    quantity: u32,
    /// Days from now, and the hour of that day.
    at: (i64, i8),
}

/// As long as a title may be, and nowhere to break it.
const ENDLESS: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschafts\
                       jubiläumsfestkonzertnachmittagsprobenbesichtigungstermin20";

/// Many words, some of which look like markup, and none of which is.
const WORDY: &str = "An Evening of <b>Bold</b> & \"Quoted\" Chamber Music: Schubert's Octet, Mendelssohn's Octet, and \
                     a talk that precedes both at half past six";

#[rustfmt::skip]
pub(super) const LISTINGS: [Listing; 22] = [
    Listing { title: "Hamlet", description: "Row 3, on the aisle.\nBring a cushion: the benches are from 1911.", category: "Theatre", venue: "Open-air stage", city: "Leipzig", price: 49.5, quantity: 6, at: (3, 20) },
    Listing { title: "Moonlight swim and string quartet", description: "Towels are lent at the door.", category: "Concert", venue: "Stadtbad", city: "Halle", price: 24.0, quantity: 12, at: (5, 22) },
    Listing { title: "Two seats beside the drummer", description: "", category: "Jazz", venue: "The Low Room", city: "Berlin", price: 18.75, quantity: 2, at: (1, 21) },
    Listing { title: ENDLESS, description: "One word, and it fits.", category: "Tour", venue: "Landungsbrückenverwaltungsgebäudevorplatz", city: "Passau", price: 7.0, quantity: 30, at: (12, 10) },
    Listing { title: WORDY, description: "Doors at six. </textarea><script>alert(1)</script> is a text like any other.", category: "Classical", venue: "St. John's <Church>", city: "Wells-next-the-Sea", price: 1250.0, quantity: 1, at: (30, 18) },
    Listing { title: "Cup final, block C", description: "Standing.", category: "Sport", venue: "Waldstadion", city: "Frankfurt", price: 95.0, quantity: 4, at: (60, 15) },
    Listing { title: "Glassblowing for beginners", description: "You keep what you make, if it holds.", category: "Workshop", venue: "Hütte 7", city: "Zwiesel", price: 65.0, quantity: 8, at: (9, 9) },
    Listing { title: "Night train to nowhere", description: "A play in a moving carriage; back by dawn.", category: "Theatre", venue: "Platform 24", city: "Vienna", price: 88.0, quantity: 3, at: (14, 21) },
    Listing { title: "Lecture: why moths do not sleep", description: "", category: "Talk", venue: "Museum of natural history", city: "Graz", price: 4.2, quantity: 40, at: (7, 17) },
    Listing { title: "أمسية شعرية", description: "Read in Arabic, with translations on paper.", category: "Reading", venue: "House of poetry", city: "Hamburg", price: 12.0, quantity: 20, at: (8, 19) },
    Listing { title: "Taiko drums for loud people", description: "Ear plugs at the desk.", category: "Workshop", venue: "Gym, second floor", city: "Düsseldorf", price: 33.3, quantity: 10, at: (11, 14) },
    Listing { title: "Cello suites, all six", description: "With one interval, long enough for supper.", category: "Classical", venue: "Town church", city: "Weimar", price: 42.0, quantity: 5, at: (21, 16) },
    Listing { title: "Stand-up in a language you do not speak", description: "It helps.", category: "Comedy", venue: "Cellar 9", city: "Cologne", price: 15.0, quantity: 6, at: (2, 20) },
    Listing { title: "Roller disco, skates included", description: "Sizes 34 to 48.", category: "Party", venue: "Old tram depot", city: "Nuremberg", price: 9.9, quantity: 50, at: (4, 21) },
    Listing { title: "Alpine sunrise concert", description: "The cable car leaves at four.", category: "Concert", venue: "Summit station", city: "Innsbruck", price: 58.0, quantity: 7, at: (40, 5) },
    Listing { title: "Chess against a grandmaster", description: "Twenty boards at once.", category: "Sport", venue: "Reading room", city: "Basel", price: 20.0, quantity: 20, at: (16, 13) },
    Listing { title: "Silent film, loud organ", description: "", category: "Film", venue: "Capitol", city: "Dresden", price: 11.5, quantity: 9, at: (6, 20) },
    Listing { title: "Bread oven open day", description: "Bring dough.", category: "Tour", venue: "Village oven", city: "Tübingen", price: 1.0, quantity: 15, at: (18, 8) },
    // What becomes of these is told by the pages of their states.
    Listing { title: "The last chair in the house", description: "Sold to whoever was first.", category: "Theatre", venue: "Volksbühne", city: "Berlin", price: 36.0, quantity: 1, at: (10, 19) },
    Listing { title: "One balcony, one evening", description: "Somebody is about to pay for it.", category: "Opera", venue: "State opera", city: "Munich", price: 140.0, quantity: 1, at: (13, 19) },
    Listing { title: "Open rehearsal, cancelled", description: "The conductor is ill.", category: "Classical", venue: "Gewandhaus", city: "Leipzig", price: 10.0, quantity: 5, at: (4, 11) },
    Listing { title: "Puppet opera", description: "For children, and for whoever brings them.", category: "Theatre", venue: "Cellar theatre", city: "Erfurt", price: 8.5, quantity: 10, at: (22, 11) },
];

impl Listing {
    /// The body of `POST /api/tickets`.
    pub(super) fn body(&self, now: Timestamp) -> Value {
        let (days, hour) = self.at;
        let day = now.to_zoned(TimeZone::UTC).date().checked_add(days.days()).unwrap();
        let starts_at = day.to_datetime(time(hour, 0, 0, 0)).to_zoned(TimeZone::UTC).unwrap().timestamp();
        json!({
            "title": self.title,
            "description": self.description,
            "category": self.category,
            "venue": self.venue,
            "city": self.city,
            "price": self.price,
            "quantity": self.quantity,
            "startsAt": starts_at,
            "timeZone": self.zone(),
        })
    }

    fn zone(&self) -> &'static str {
        match self.city {
            "Wells-next-the-Sea" => "Europe/London",
            "Basel" => "Europe/Zurich",
            "Graz" | "Innsbruck" | "Vienna" => "Europe/Vienna",
            _ => "Europe/Berlin",
        }
    }
}
