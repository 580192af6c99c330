### The start page, and lists of listings anywhere.

browse-title = Tickets on sale
browse-hero = Find your next night out
browse-lead = Tickets straight from the people who have them. Reserve first, then pay in peace.
browse-search = Search for tickets
browse-show = Search
browse-filters = Filters
browse-apply = Show tickets
browse-kinds = Popular categories
browse-on-sale = On sale now
browse-found = What we found
browse-active = Active filters
browse-clear = Clear all filters
browse-loading = Listings are on their way …
browse-again = Try again
browse-nothing = Nothing is on sale right now.
browse-nothing-advice = The stage is yours: be the first to offer a ticket.
browse-nothing-found = Nothing on sale matches these filters.
browse-nothing-found-advice = Take away a filter, or look for fewer words.
browse-sell = Sell tickets

filter-q = What are you looking for?
filter-category = Category
filter-city = City
filter-from = From
filter-to = Until
filter-min-price = Lowest price
filter-max-price = Highest price
filter-sort = Sort by
filter-days = Days are counted in UTC.
sort-soonest = Soonest first
sort-newest = Newest listings first
sort-cheapest = Cheapest first
chip-remove = : remove this filter

category-concert = Concert
category-theatre = Theatre
category-sport = Sport
category-festival = Festival
category-comedy = Comedy
category-dance = Dance
category-family = Family

standing-available = On sale
standing-reserved = Reserved
standing-sold = Sold out
standing-withdrawn = Withdrawn

pages = Pages
pages-first = First page
pages-previous = Previous page
pages-next = Next page

time-open = Open date
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
