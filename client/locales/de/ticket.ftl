### Ein einzelnes Angebot.

ticket-all = Alle Tickets
ticket-about = Über diese Tickets
ticket-when = Wann
ticket-where = Wo
ticket-buy = Tickets nehmen
ticket-each = pro Stück
ticket-quantity = Wie viele?
ticket-so-many =
    { $count ->
        [one] 1 Ticket · { $total }
       *[other] { $count } Tickets · { $total }
    }
ticket-reserve = Jetzt reservieren
ticket-add = In den Warenkorb
ticket-sign-in = Anmelden und reservieren
ticket-new-here = Neu hier?
ticket-step-reserve = Bis zu der Zeit, die Ihre Bestellung zeigt, gehören sie Ihnen allein.
ticket-step-pay = Abgebucht wird erst, wenn Sie bezahlen.
ticket-step-lapse = Bezahlen Sie nicht rechtzeitig, gehen sie einfach wieder in den Verkauf.
ticket-in-basket =
    { $count ->
        [one] 1 davon liegt in Ihrem Warenkorb.
       *[other] { $count } davon liegen in Ihrem Warenkorb.
    }
ticket-see-basket = Zum Warenkorb
ticket-reserved = Jemand hat die letzten reserviert und hat noch ein paar Minuten Zeit zu bezahlen. Geschieht das nicht, sind die Tickets wieder zu haben: Schauen Sie bald noch einmal vorbei.
ticket-sold = Diese Tickets sind ausverkauft.
ticket-withdrawn = Dieses Angebot wurde zurückgezogen.
ticket-begun = Die Veranstaltung hat begonnen; Tickets werden nicht mehr verkauft.
ticket-others = Ähnliche Angebote ansehen
ticket-own = Das ist Ihr Angebot.
ticket-edit = Bearbeiten
ticket-withdraw = Zurückziehen
ticket-mine = Alle Ihre Angebote
