### Was die Inseln sagen.

seats-left =
    { $count ->
        [one] Noch 1
       *[other] Noch { $count }
    }
seats-reserved = Alle reserviert
seats-sold = Ausverkauft
seats-withdrawn = Zurückgezogen
just-reserved = Gerade reserviert
just-sold = Gerade verkauft
just-released = Gerade frei geworden

at-most = Höchstens { $count }

basket-total =
    { $count ->
        [one] 1 Ticket
       *[other] { $count } Tickets
    }

as-of = Stand: { $time }
refresh = Aktualisieren
updated-live = Wird laufend aktualisiert
new-listings =
    { $count ->
        [one] 1 neues Angebot · Anzeigen
       *[other] { $count } neue Angebote · Anzeigen
    }

say-seats = { $title }: { $seats }
say-price = { $title }: jetzt { $price }
say-many = { $count } Angebote haben sich geändert
say-new =
    { $count ->
        [one] Es gibt 1 neues Angebot
       *[other] Es gibt { $count } neue Angebote
    }
say-order-payment = Ihre Zahlung wird bearbeitet
say-order-complete = Ihre Bestellung ist bezahlt
say-order-cancelled = Ihre Bestellung wurde storniert
say-order-changed = Ihre Bestellung hat sich geändert

card-loading = Das Kartenformular ist unterwegs …
card-unreachable = Das Kartenformular konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und ob etwas es blockiert, und laden Sie die Seite neu.
card-trouble = Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.

countdown = noch { $clock }
time-up = Die Zeit ist abgelaufen
say-minutes =
    { $minutes ->
        [one] Ihre Reservierung verfällt in 1 Minute
       *[other] Ihre Reservierung verfällt in { $minutes } Minuten
    }
say-lapsed = Ihre Reservierung ist verfallen
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
