### The basket.

basket-title = Your basket
basket-lead = Several listings, one order: reserved together or not at all.
basket-count =
    { $count ->
        [one] ticket
       *[other] tickets
    }
basket-empty = Your basket is empty.
basket-empty-advice = Put tickets in from any listing, and reserve them together.
basket-browse = Browse tickets
basket-sum = Summary
basket-unknown = A listing
basket-quantity = Tickets
basket-remove = Remove
basket-was = Price changed: it was { $price }
basket-fewer =
    { $left ->
        [one] You wanted { $wanted }, and 1 is left.
       *[other] You wanted { $wanted }, and { $left } are left.
    }
basket-reserve = Reserve everything
basket-reserve-rest = Reserve what is there
basket-without = What cannot be had is left out and stays in your basket.
basket-none = Nothing in your basket can be reserved right now.
basket-update = Update quantities
basket-step-reserve = All of them are yours alone until the time your order shows.

wish-gone = This listing is no longer there.
wish-unknown = It cannot be shown right now. Please look again in a moment.
wish-own = This is your own listing, so you cannot reserve it.
wish-begun = The event has begun, so its tickets are no longer sold.
wish-reserved = Reserved by somebody else just now. If they do not pay in time, it comes back.
wish-sold = There are none left.
wish-withdrawn = The seller has withdrawn it.
