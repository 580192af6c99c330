### What islands say.

seats-left =
    { $count ->
        [one] 1 left
       *[other] { $count } left
    }
seats-reserved = All reserved
seats-sold = Sold out
seats-withdrawn = Withdrawn
just-reserved = Just reserved
just-sold = Just sold
just-released = Just released

at-most = At most { $count }

basket-total =
    { $count ->
        [one] 1 ticket
       *[other] { $count } tickets
    }

as-of = As of { $time }
refresh = Refresh
updated-live = Updated live
new-listings =
    { $count ->
        [one] 1 new listing · Show
       *[other] { $count } new listings · Show
    }

say-seats = { $title }: { $seats }
say-price = { $title }: now { $price }
say-many = { $count } listings have changed
say-new =
    { $count ->
        [one] There is 1 new listing
       *[other] There are { $count } new listings
    }
say-order-payment = Your payment is under way
say-order-complete = Your order is paid
say-order-cancelled = Your order was cancelled
say-order-changed = Your order has changed

card-loading = The card form is on its way …
card-unreachable = The card form could not be loaded. Check your connection, and that nothing blocks it, and refresh the page.
card-trouble = That did not work. Please try again.

countdown = { $clock } left
time-up = The time is up
say-minutes =
    { $minutes ->
        [one] Your reservation lapses in 1 minute
       *[other] Your reservation lapses in { $minutes } minutes
    }
say-lapsed = Your reservation has lapsed
time-left-seconds = less than a minute left
time-left-minutes =
    { $minutes ->
        [one] 1 minute left
       *[other] { $minutes } minutes left
    }
time-left-hours =
    { $hours ->
        [one] 1 hour left
       *[other] { $hours } hours left
    }
