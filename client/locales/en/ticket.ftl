### One listing.

ticket-all = All tickets
ticket-about = About these tickets
ticket-when = When
ticket-where = Where
ticket-buy = Get tickets
ticket-each = each
ticket-quantity = How many?
ticket-so-many =
    { $count ->
        [one] 1 ticket · { $total }
       *[other] { $count } tickets · { $total }
    }
ticket-reserve = Reserve now
ticket-add = Add to basket
ticket-sign-in = Sign in to reserve
ticket-new-here = New here?
ticket-step-reserve = They are yours alone until the time your order shows.
ticket-step-pay = Nothing is charged until you pay.
ticket-step-lapse = If you do not pay in time, they simply go back on sale.
ticket-in-basket =
    { $count ->
        [one] 1 of these is in your basket.
       *[other] { $count } of these are in your basket.
    }
ticket-see-basket = See basket
ticket-reserved = Somebody has reserved the last of these and has a few minutes to pay. If they do not, the tickets are on sale again: come back shortly.
ticket-sold = These tickets are sold out.
ticket-withdrawn = The seller has withdrawn this listing.
ticket-begun = This event has begun, so its tickets are no longer sold.
ticket-others = Find others like it
ticket-own = This is your listing.
ticket-edit = Edit
ticket-withdraw = Withdraw
ticket-mine = All your listings
