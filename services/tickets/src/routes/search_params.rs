//! The parameters of a list, read into a [`Search`].

use common::{
    field::{FieldError, Fields, FromJson},
    id::UserId,
    money::{Major, Minor},
    text::{Category, City, Moment},
};
use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::paging::{limit, parameter};
use crate::domain::{Cursor, Search, Sort, folded, words};

const DEFAULT_LIMIT: u16 = 50;
const LONGEST_QUERY: usize = 200;

/// What a list can be asked for. A parameter without a value counts as not given.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// Words that must all be in the listing, or begin a word of it, in whatever case and accents. At least one.
    q: Option<String>,
    /// The kind of event.
    category: Option<String>,
    /// The city.
    city: Option<String>,
    /// Begins then or later: an RFC 3339 time, or a date for its first moment in UTC.
    from: Option<String>,
    /// Begins then or earlier: an RFC 3339 time, or a date for its last moment in UTC.
    to: Option<String>,
    /// Costs this or more, in major units.
    min_price: Option<String>,
    /// Costs this or less, in major units.
    max_price: Option<String>,
    /// Is sold by the user with this id.
    seller: Option<String>,
    /// `soonest` (the default; undated last), `newest` or `cheapest`.
    sort: Option<String>,
    /// Size of the page: 1 to 200, 50 if not given.
    limit: Option<String>,
    /// From the `Link` header of the page before.
    cursor: Option<String>,
}

impl SearchParams {
    /// The same without spaces around values and without empty ones.
    pub(super) fn tidy(mut self) -> Self {
        let all = [
            &mut self.q,
            &mut self.category,
            &mut self.city,
            &mut self.from,
            &mut self.to,
            &mut self.min_price,
            &mut self.max_price,
            &mut self.seller,
            &mut self.sort,
            &mut self.limit,
            &mut self.cursor,
        ];
        for text in all {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        self
    }

    /// One text for every way of asking the same in the same words.
    pub(super) fn canonical(&self) -> Result<String, serde_urlencoded::ser::Error> {
        serde_urlencoded::to_string(self)
    }

    /// What the next page is asked for, but for its cursor.
    pub(super) fn without_cursor(self) -> Self {
        Self { cursor: None, ..self }
    }

    /// The search, or all that is wrong with the parameters.
    pub(super) fn read(&self) -> Result<Search, Vec<FieldError>> {
        let mut fields = Fields::default();
        let words = parameter(&mut fields, "q", self.q.as_deref(), query);
        let category = parameter(&mut fields, "category", self.category.as_deref(), |text| {
            text.parse::<Category>().map_err(|rule| unnamed("Category", &rule))
        });
        let city = parameter(&mut fields, "city", self.city.as_deref(), |text| {
            text.parse::<City>().map_err(|rule| unnamed("City", &rule))
        });
        let from = parameter(&mut fields, "from", self.from.as_deref(), first_moment);
        let to = parameter(&mut fields, "to", self.to.as_deref(), last_moment);
        let min_price = parameter(&mut fields, "minPrice", self.min_price.as_deref(), price);
        let max_price = parameter(&mut fields, "maxPrice", self.max_price.as_deref(), price);
        let seller = parameter(&mut fields, "seller", self.seller.as_deref(), str::parse::<UserId>);
        let sort = parameter(&mut fields, "sort", self.sort.as_deref(), str::parse::<Sort>);
        let limit = parameter(&mut fields, "limit", self.limit.as_deref(), limit).unwrap_or(DEFAULT_LIMIT);
        let sort = sort.unwrap_or_default();
        let after =
            parameter(&mut fields, "cursor", self.cursor.as_deref(), |text| Cursor::decode(text, sort));
        fields.finish(Some(Search {
            words: words.unwrap_or_default(),
            category: category.map(|category| folded(category.as_str())),
            city: city.map(|city| folded(city.as_str())),
            from,
            to,
            min_price,
            max_price,
            seller,
            sort,
            limit,
            after,
        }))
    }
}

/// The rule without the name of the field in front, which [`parameter`] puts there.
fn unnamed(name: &str, rule: &str) -> String {
    rule.strip_prefix(name).unwrap_or(rule).trim_start().to_owned()
}

/// The words of a query, without those that another one implies.
fn query(text: &str) -> Result<Vec<String>, String> {
    if text.chars().count() > LONGEST_QUERY {
        return Err(format!("must be at most {LONGEST_QUERY} characters"));
    }
    let mut sorted = words([text]);
    if sorted.is_empty() {
        // Not everything: who types this looks for something.
        return Err("must contain a letter or digit".to_owned());
    }
    // Sorted, so a beginning of another word stands right before some word it begins.
    let implied: Vec<bool> = (0..sorted.len())
        .map(|at| sorted.get(at + 1).is_some_and(|next| next.starts_with(&sorted[at])))
        .collect();
    let mut implied = implied.into_iter();
    sorted.retain(|_| !implied.next().unwrap_or_default());
    Ok(sorted)
}

fn price(text: &str) -> Result<Minor, String> {
    Major::from_json(text).map(|Major(minor)| minor)
}

const MOMENT_RULE: &str = "must be a date such as 2027-06-30 or a time such as 2027-06-30T20:00:00Z";

fn moment(text: &str, hour: civil::Time) -> Result<Timestamp, &'static str> {
    if let Ok(Moment(time)) = text.parse() {
        return Ok(time);
    }
    // A date alone: an HTML form has fields for dates, none for RFC 3339.
    let date = civil::Date::strptime("%Y-%m-%d", text).map_err(|_| MOMENT_RULE)?;
    let time = date.to_datetime(hour).to_zoned(TimeZone::UTC).map_err(|_| MOMENT_RULE)?;
    Ok(time.timestamp())
}

fn first_moment(text: &str) -> Result<Timestamp, &'static str> {
    moment(text, civil::Time::midnight())
}

fn last_moment(text: &str) -> Result<Timestamp, &'static str> {
    moment(text, civil::Time::constant(23, 59, 59, 999_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_whole_day() {
        assert_eq!(first_moment("2027-06-30").unwrap().to_string(), "2027-06-30T00:00:00Z");
        assert_eq!(last_moment("2027-06-30").unwrap().to_string(), "2027-06-30T23:59:59.999Z");
        assert_eq!(last_moment("2027-06-30T20:00:00+02:00").unwrap().to_string(), "2027-06-30T18:00:00Z");
        for text in ["30.6.2027", "2027-02-30", "tomorrow", "2027", "9999-12-31", "2027-06-30T20:00"] {
            assert!(first_moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_that_another_word_implies_are_left_out() {
        assert_eq!(query("Ham hamlet ROME hamlets rom").unwrap(), ["hamlets", "rome"]);
        assert!(query(&"x".repeat(201)).is_err());
        for text in ["!!!", "🎭", "\u{301}", "- _ ."] {
            assert_eq!(query(text), Err("must contain a letter or digit".to_owned()), "{text}");
        }
    }

    #[test]
    fn all_bad_parameters_are_named_at_once() {
        let bad = |text: &str| Some(text.to_owned());
        let params = SearchParams {
            category: bad(&"x".repeat(61)),
            from: bad("soon"),
            min_price: bad("1e300"),
            max_price: bad("-1"),
            seller: bad("me"),
            sort: bad("best"),
            limit: bad("0"),
            cursor: bad("?"),
            ..SearchParams::default()
        };
        let errors = params.read().unwrap_err();
        let seen: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
        assert_eq!(
            seen,
            [
                "category: Category must be at most 60 characters",
                "from: From must be a date such as 2027-06-30 or a time such as 2027-06-30T20:00:00Z",
                "minPrice: MinPrice must be a decimal number",
                "maxPrice: MaxPrice must be a plain decimal number",
                "seller: Seller must be an id of 24 hexadecimal digits",
                "sort: Sort must be soonest, newest or cheapest",
                "limit: Limit must be a whole number from 1 to 200",
                "cursor: Cursor must be one that a Link header gave",
            ]
        );
    }
}
