### Der Warenkorb.

basket-title = Ihr Warenkorb
basket-lead = Mehrere Angebote, eine Bestellung: zusammen reserviert oder gar nicht.
basket-count =
    { $count ->
        [one] Ticket
       *[other] Tickets
    }
basket-empty = Ihr Warenkorb ist leer.
basket-empty-advice = Legen Sie Tickets aus beliebigen Angeboten hinein, und reservieren Sie alle zusammen.
basket-browse = Tickets ansehen
basket-sum = Übersicht
basket-unknown = Ein Angebot
basket-quantity = Anzahl
basket-remove = Entfernen
basket-was = Neuer Preis: bisher { $price }
basket-fewer =
    { $left ->
        [one] Sie wollten { $wanted }; 1 ist noch da.
       *[other] Sie wollten { $wanted }; { $left } sind noch da.
    }
basket-reserve = Alles reservieren
basket-reserve-rest = Reservieren, was da ist
basket-without = Was nicht zu haben ist, wird ausgelassen und bleibt im Warenkorb.
basket-none = Nichts in Ihrem Warenkorb lässt sich zurzeit reservieren.
basket-update = Anzahl übernehmen
basket-step-reserve = Bis zu der Zeit, die Ihre Bestellung zeigt, gehören alle Ihnen allein.

wish-gone = Dieses Angebot gibt es nicht mehr.
wish-unknown = Es lässt sich gerade nicht zeigen. Bitte schauen Sie gleich noch einmal.
wish-own = Das ist Ihr eigenes Angebot; Sie können es nicht reservieren.
wish-begun = Die Veranstaltung hat begonnen; Tickets werden nicht mehr verkauft.
wish-reserved = Gerade von jemand anderem reserviert. Wird nicht rechtzeitig bezahlt, kommt es zurück.
wish-sold = Es sind keine mehr da.
wish-withdrawn = Es wurde vom Verkäufer zurückgezogen.

rule-your-basket-is-full-it-takes-10-different-listings = Ihr Warenkorb ist voll: Er fasst 10 verschiedene Angebote
