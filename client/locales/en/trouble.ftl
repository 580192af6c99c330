### What went wrong, and what to do next: on forms, and on the pages there are instead of others.

alert-title = Please check: { $title }
refusal-fields =
    { $count ->
        [one] One thing needs your attention.
       *[other] { $count } things need your attention.
    }
refusal-unreadable = What was sent here could not be understood. Go back and use the page’s own form or links.
refusal-email-in-use = There is an account with this email already.
refusal-credentials = Email or password is not right.
refusal-wrong-password = The current password is not right.
refusal-own-ticket = This is your own listing, so you cannot reserve it.
refusal-payment-method = The bank does not know this card.
refusal-not-signed-in = You are not signed in.
refusal-declined = The payment was declined: { $reason }
refusal-not-allowed = Only its seller can change this listing.
refusal-not-your-sale = Only who has sold these tickets can give money back for them.
refusal-unavailable = Somebody was faster: there are not enough of these tickets left.
refusal-not-on-sale = This listing is no longer on sale.
refusal-reserved = A buyer is holding some of these tickets right now.
refusal-price-changed = The seller changed the price while you were looking.
refusal-hold-limit = With these you would be holding more unpaid tickets than one buyer may.
refusal-order-not-open = This order has moved on.
refusal-order-expired = The reservation has lapsed, so it can no longer be paid. You were not charged.
refusal-already-paid = This order is paid, or a payment for it is under way.
refusal-sent-before = This form was sent before with another choice, and that choice was carried out.
refusal-sent-before-refund = This form was sent before with something else in it, and that was given back.
refusal-sent-before-listing = This form was sent before, and what it said then is on sale.
refusal-conflict = Somebody changed this at the same moment.
refusal-too-many = That was too many attempts.

advice-try-again = Please try again in a moment.
advice-maybe-done = What you asked for may have been done all the same: look before you try again.
advice-unavailable = This page shows what is left now. If another buyer does not pay in time, tickets come back: look again in a few minutes.
advice-not-on-sale = There may be others like it.
advice-reserved = Wait until they have paid or their reservation has lapsed, and try again.
advice-price-changed = Nothing is reserved. This page shows the new price: reserve again if you still want to.
advice-hold-limit = Take fewer tickets, or pay for one of your orders or cancel it first.
advice-order-not-open = What this page says is how it stands now.
advice-order-expired = If the tickets are still there, you can reserve them again.
refusal-refund-too-large = That is more than is left to give back.
refusal-not-refundable = This cannot be given back: there is no money left of it, or the bank refuses.
advice-refund = Your sales tell what was given back already.
advice-already-paid = There is no need to pay again. Press “Refresh” to see how it stands.
advice-sent-before = Before you reserve more, look at your orders.
advice-sent-before-refund = Before you give back more, look at your sales.
advice-sent-before-listing = Send the form again if you want a second listing, or change the first.
advice-conflict = Nothing of yours was done. Please try again.
advice-email-in-use = Is it yours?
advice-declined = You were not charged, and the tickets are still yours until the deadline. Try another card.
advice-wait = Wait a little before you try again.
advice-wait-seconds =
    { $seconds ->
        [one] You can try again in 1 second.
       *[other] You can try again in { $seconds } seconds.
    }
advice-not-signed-in = What you typed is still here. Sign in beside it, then send it again.
link-browse = Browse all tickets
link-orders = Your orders
link-listings = Your listings
link-sales = Your sales
link-sign-in-apart = Sign in (opens a new tab)

missing-accounts = Signing in and out is not available right now.
missing-listings = Listings are not available right now.
missing-orders = Orders are not available right now.
missing-payments = Payments are not available right now.
unsure-account = It may have worked all the same. Try again in a moment.
unsure-listing = It may have worked all the same. Look at your listings before you try again.
unsure-order = It may have worked all the same. Look at your orders before you try again.
unsure-refund = The money may have gone back all the same. Send the form again as it is, and it goes back no more than once; or look at your sales first.
unsure-payment = Your payment may have gone through all the same. Press “Refresh” before you pay again; an order is never charged twice.

trouble-title-not-found = Not here
trouble-not-found = There is no such page, or no such thing any more.
trouble-title-sign-in = Please sign in
trouble-sign-in = This page is for people who are signed in.
trouble-title-not-yours = Not yours
trouble-title-missing = Back in a moment
trouble-busy = More people are here than we can serve at once.
trouble-too-slow = This took too long.
trouble-title-cross-site = Not from here
trouble-cross-site = This form was sent by another site, so nothing was done. Use the form on this site.
trouble-title-method = Not like that
trouble-method = This page cannot be used in this way. Go back and use its form.
trouble-title-too-large = Too much
trouble-too-large = That was more text than a form here takes. Go back, shorten it and try again.
trouble-title-too-many = Slowly, please
trouble-title-fault = Something went wrong
trouble-fault = This was our fault, not yours.
trouble-title-refused = That did not work
trouble-again = Try again
trouble-search = Looking for tickets?
trouble-search-button = Search

docs-title = For programmers
docs-lead = Everything these pages do, programs can do too. Each service describes itself in OpenAPI 3.1.
docs-accounts = Accounts and sessions
docs-listings = Listings
docs-orders = Reservations
docs-payments = Payments
docs-events = Events between the services (AsyncAPI 3)
