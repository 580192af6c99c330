### What sellers have sold, earned and given back.

nav-money = Money
seller-nav = Your selling

sales-title = Sales
sales-only = Only sales of “{ $title }”.
sales-all = Show all sales
sales-empty = Nothing sold yet
sales-empty-lead = As soon as somebody has paid for one of your tickets, it is here.
sales-end = There are no further sales.
sale-sold = Sold
sale-amount = Paid by the buyer
sale-fee = Our fee
sale-refunded = Given back
sale-returned =
    { $count ->
        [one] 1 ticket is on sale again
       *[other] { $count } tickets are on sale again
    }
sale-due = Paid out to you from
sale-refund = Give money back
sale-look = Look at this sale

refund-title = Give money back: { $title }
refund-heading = Give money back
refund-back = All sales
refund-amount = Amount
refund-amount-left = Up to { $amount } is left to give back
refund-amount-hint = Such as 20 or 49.50
refund-units = Tickets that go back on sale
refund-units-hint = The buyer loses these
refund-reason = Reason
refund-reason-hint = The buyer reads it
refund-consequences = The money goes back to the card it came from and is taken from what you have earned. This cannot be undone.
refund-button = Give back
refund-keep = Give nothing back
refund-nothing-left = Everything that was paid has been given back, or is on its way.
refund-more = Give back more of it
notice-refunded = The money is on its way back to the buyer.
notice-refund-under-way = The refund is noted. The bank has not answered yet, and will be asked until it has: there is no need to send it again.
notice-refund-failed = The bank has refused this refund, and no money went back.

seller-money-title = Money
seller-money-empty = Nothing earned yet
seller-money-empty-lead = What your tickets bring in is here as soon as the first is sold: how much there is, and when you get it.
balance-title = Where your money is
balance-title-in = Where your money is, in { $currency }
balance-available = Paid out next
balance-available-means = It is yours, and the next payout brings it to you.
balance-pending = Held
balance-pending-means = It waits until some time after your events, so that buyers can get theirs back if one does not take place.
balance-owed = Owed
balance-owed-means = It was given back to buyers after you had got it, and is taken from what you sell next.
balance-paid-out = Paid out
balance-paid-out-means = It has been sent to you, or is on its way.
movements-title = What has changed
movements-empty = Nothing has changed yet.
movements-end = There is nothing before that.
movement-sale = Tickets sold
movement-refund = Money given back to a buyer
movement-dispute = Taken back by a buyer’s bank
movement-dispute-reversed = Returned by a buyer’s bank
movement-payout = Paid out to you
movement-payout-failed = A payout did not arrive
