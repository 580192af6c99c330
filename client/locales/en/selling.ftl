### Selling: the form of a listing, one's own listings, withdrawing.

sell-title = Sell tickets
sell-lead = Say what you have, where and when it is, and what it costs. It is on sale as soon as you are done.
sell-button = Put on sale
sell-next = You can change or withdraw it whenever no one is holding a ticket.
edit-title = Edit a listing
edit-save = Save
edit-back = Back to the listing
edit-withdraw = Withdraw it

listing-what = What
listing-title = Title
listing-title-hint = The event, as people would search for it
listing-category = Category
listing-category-hint = Such as concert, theatre or sport
listing-description = Description
listing-description-hint = Seats, entrance, what a buyer should know
listing-where-when = Where and when
listing-venue = Venue
listing-city = City
listing-starts-at = Starts at
listing-starts-at-hint = By the clocks at the venue
listing-time-zone = Time zone of the venue
listing-time-zone-hint = The nearest large city
listing-price-number = Price and number
listing-price = Price of one ticket
listing-price-hint = Such as 20 or 49.50
listing-quantity = How many
listing-quantity-hint = 1 to 100
zone-africa = Africa
zone-america = America
zone-antarctica = Antarctica
zone-arctic = Arctic
zone-asia = Asia
zone-atlantic = Atlantic
zone-australia = Australia
zone-europe = Europe
zone-indian = Indian Ocean
zone-pacific = Pacific

selling-on-sale = Listings on sale
selling-sold = Tickets sold
selling-takings = Takings
selling-part = These figures count the listings on this page.
selling-units-sold = Sold
selling-units-held = Reserved
selling-units-left = Left
selling-price = Price
selling-edit = Edit
selling-edit-one = Edit { $title }
selling-withdraw = Withdraw
selling-withdraw-one = Withdraw { $title }
selling-sales-one = Sales of { $title }
selling-empty = Nothing listed yet
selling-empty-lead = Tickets you cannot use? Somebody else is looking for them. A listing takes a minute.
selling-first = List your first tickets
selling-end = There are no more listings.
notice-listing-withdrawn = The listing is withdrawn. Whoever has bought a ticket keeps it.

withdraw-title = Withdraw a listing
withdraw-left =
    { $count ->
        [one] 1 of { $quantity } tickets left
       *[other] { $count } of { $quantity } tickets left
    }
withdraw-consequences = Nobody will be able to buy what is left, and the listing cannot be put back. Tickets that are sold stay sold.
withdraw-button = Withdraw
withdraw-keep = Keep it on sale
