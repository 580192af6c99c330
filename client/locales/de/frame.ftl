### Was jede Seite sagt: Kopf, Fuß, Zeiten.

site-name = Ticket Market
skip-to-content = Zum Inhalt
nav-main = Hauptmenü
nav-browse = Stöbern
nav-sell = Verkaufen
nav-listings = Meine Angebote
nav-orders = Meine Bestellungen
nav-basket = Warenkorb
nav-account = Konto
sign-in = Anmelden
sign-up = Registrieren
sign-out = Abmelden
footer-promise = Eine Reservierung gehört bis zur angezeigten Zeit Ihnen allein.
footer-times = Zeiten sind die des Veranstaltungsorts.
footer-api = Für Programmierer
language = Sprache
language-use = Wählen

weekday-1 = Mo.
weekday-2 = Di.
weekday-3 = Mi.
weekday-4 = Do.
weekday-5 = Fr.
weekday-6 = Sa.
weekday-7 = So.
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
time-moment = { $weekday }, { $day }. { $month } { $year }, { $clock }
time-left-seconds = weniger als eine Minute übrig
time-left-minutes =
    { $minutes ->
        [one] noch 1 Minute
       *[other] noch { $minutes } Minuten
    }
time-left-hours =
    { $hours ->
        [one] noch 1 Stunde
       *[other] noch { $hours } Stunden
    }
