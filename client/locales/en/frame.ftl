### What every page says: header, footer, times.

site-name = Ticket Market
skip-to-content = Skip to content
nav-main = Main
nav-browse = Browse
nav-sell = Sell
nav-listings = My listings
nav-orders = My orders
nav-basket = Basket
nav-account = Account
sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
footer-promise = A reservation is yours alone until the time it shows.
footer-times = Times are the venue’s own.
footer-api = For programmers
language = Language
language-use = Use

weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
time-moment = { $weekday }, { $day } { $month } { $year }, { $clock }
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
