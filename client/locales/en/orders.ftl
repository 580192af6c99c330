### Orders: the list, one order's page, paying.

order-title = Order: { $title }
order-number = Order number
order-reserved-at = Reserved
order-until = Reserved for you until { $time }
order-cancel = Cancel this order
order-cancel-lead = The tickets go back on sale at once, and somebody else can have them.
order-cancel-yes = Yes, cancel it
order-again = Back to the listing
order-again-one = Back to “{ $title }”
order-browse = Browse tickets
order-refresh = Refresh to see how it went
order-receipt = Receipt
order-refunded = Refunded
order-remains = Remains

label-reserved = Reserved
label-payment = Payment under way
label-paid = Paid
label-refunded = Refunded
label-refunded-part = Partly refunded
label-cancelled = Cancelled
label-lapsing = Time is up

stage-pay = Your order is reserved
stage-pay-lead = Pay before the time is up and the tickets are yours. Until then nobody else can have them.
stage-confirm = Confirm your payment
stage-confirm-lead = Your bank wants you to confirm this payment before it releases the money.
stage-under-way = Your payment is under way
stage-under-way-lead = This usually takes a moment. Your order is safe, and you cannot be charged twice.
stage-under-way-asked = Your bank has been asked and has not answered yet. Your order is safe, and you cannot be charged twice.
stage-under-way-answered = Your bank is being asked what it makes of your answer, which usually takes a moment. Your order is safe, and you cannot be charged twice.
stage-under-way-set-aside = The amount is set aside on your card. It is taken as soon as the tickets are certain, which usually takes a moment.
stage-lapsing = The time to pay is over
stage-lapsing-lead = The tickets are being put back on sale. If they are still available, you can reserve them once more.
stage-complete = The tickets are yours
stage-complete-lead = Your order is paid: { $amount }. Enjoy!
stage-complete-lead-part = Your order is paid: { $amount }, of which { $refunded } was refunded.
stage-refunded = Your order was refunded
stage-refunded-lead = All that you paid has gone back to you: { $amount }.
stage-refunded-money = It is on the card you paid with after a few days, as your bank books it. If you have heard nothing of the event, ask the seller whether the tickets are still good.
stage-complete-next = What happens next
stage-complete-keep = Your receipt is your proof of purchase: keep or print it. You find it and this page again under “My orders”.
stage-complete-when = Be at the venue in good time. The times above are the venue’s own, and should the seller change them, this page shows it.
cancelled-buyer = You cancelled this order
cancelled-buyer-lead = The tickets are on sale again.
cancelled-expired = Your reservation lapsed
cancelled-expired-lead = The reservation lapsed before it was paid, and the tickets are on sale again. If they are still available, you can reserve them once more.
cancelled-withdrawn = The seller withdrew the listing
cancelled-withdrawn-lead = The seller withdrew a listing before this order was paid, so the order has ended.
cancelled-payment = Your payment did not go through
cancelled-payment-lead = The bank authorised your payment and then would not release the money. You can reserve again and pay with another card.
cancelled-unknown = This order was cancelled
cancelled-unknown-lead = It is no longer reserved for you.

money-title = What became of your money
money-none = You were not charged.
money-releasing = The amount set aside on your card is being released.
money-unsure = Your bank has not answered yet. If it sets the amount aside, that is given back at once.
money-released = Your payment came too late and was given back: the amount set aside on your card is free again.
money-refunding = Your card was charged, and a refund of the full amount is under way.
money-refunded = Your payment was refunded in full.
money-unknown = What became of your payments cannot be shown right now.

lines-reserved = What you reserved
lines-title = Your tickets
line-quantity = { $count } × { $price }
line-total = Total
line-refunded = { $amount } refunded
line-returned =
    { $count ->
        [one] 1 of the tickets is no longer yours
       *[other] { $count } of the tickets are no longer yours
    }

receipt-title = Receipt { $number }
receipt-heading = Receipt
receipt-back = Back to the order
receipt-buyer = Bought by
receipt-paid = Paid
receipt-payment = Payment number
receipt-lines = What was bought
receipt-tickets = Tickets
receipt-quantity = Number
receipt-price = Each
receipt-sum = Sum
receipt-refunded = Refunded
receipt-print = Your browser prints this page without the parts around it.
receipt-unknown = When and how this was paid, and what was refunded in the last moments, cannot be shown right now.

units =
    { $count ->
        [one] 1 ticket
       *[other] { $count } tickets
    }

pay-method = Pay with a test card
pay-card-hint = This market runs on a pretend bank: no money moves.
pay-button = Pay { $amount }
pay-confirm = Confirm { $amount }
pay-other-card = Use another card
pay-confirm-hint = The pretend bank asks no questions.
pay-card = Pay by card
pay-card-provider = The form is Stripe’s, and your card’s number goes there and nowhere else.
pay-card-scripts = Paying needs scripts, because the card form is the payment provider’s own. Allow them for this site and refresh the page; your reservation stays until the time above.
pay-bank-hint = Your bank asks in a window above this page.
card-accepted = Is accepted
card-confirm = Asks you to confirm
card-declined = Is declined
card-no-money = Is declined: not enough money
card-late = Answers late, then is accepted

steps-title = What has happened
step-next = Next:
step-reserved = Reserved for you
step-pay = Pay by { $time }
step-confirm = Your bank waits for you to confirm
step-asked = Your bank was asked
step-declined = Card declined
step-set-aside = Payment authorised, the amount is set aside
step-charged = Card charged
step-releasing = Payment authorised too late; the amount is being released
step-released = Payment came too late, the amount is free again
step-refunding = Card charged too late; a refund is under way
step-refunded = Payment refunded in full
step-refund-whole = Payment refunded in full: { $amount }
step-refund-part = { $amount } refunded
step-refund-pending = A refund of { $amount } is under way
step-refund-failed = The refund of { $amount } did not go through
step-accepted = Payment accepted
step-taking = Payment accepted, the money is being taken
step-complete = Paid, the tickets are yours
step-yours = The tickets are yours
step-lapsing = The tickets go back on sale
step-cancelled = Cancelled
step-cancelled-buyer = Cancelled by you
step-cancelled-expired = Reservation lapsed
step-cancelled-withdrawn = Cancelled: the seller withdrew the listing
step-cancelled-payment = Cancelled: the payment did not go through

orders-title-more =
    { $count ->
        [one] { $title } and 1 more
       *[other] { $title } and { $count } more
    }
orders-reserved = { $units }, reserved { $time }
orders-pay = Pay now
orders-pay-one = Pay now: { $title }
orders-empty = You have no orders yet
orders-empty-lead = Tickets you reserve appear here, with the time left to pay for them.
orders-end = There are no further orders.
