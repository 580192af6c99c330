### Was verkauft, verdient und erstattet wurde.

nav-money = Geld
seller-nav = Ihr Verkauf

sales-title = Verkäufe
sales-only = Nur Verkäufe von „{ $title }“.
sales-all = Alle Verkäufe zeigen
sales-empty = Noch nichts verkauft
sales-empty-lead = Sobald jemand eine Ihrer Karten bezahlt hat, steht es hier.
sales-end = Weitere Verkäufe gibt es nicht.
sale-sold = Verkauft
sale-amount = Bezahlt wurden
sale-fee = Unsere Gebühr
sale-refunded = Erstattet
sale-returned =
    { $count ->
        [one] 1 Karte ist wieder im Verkauf
       *[other] { $count } Karten sind wieder im Verkauf
    }
sale-due = Auszahlung an Sie ab
sale-refund = Geld erstatten
sale-look = Verkauf ansehen

refund-title = Geld erstatten: { $title }
refund-heading = Geld erstatten
refund-back = Alle Verkäufe
refund-amount = Betrag
refund-amount-left = Bis zu { $amount } können noch erstattet werden
refund-amount-hint = Zum Beispiel 20 oder 49,50
refund-units = Karten, die zurück in den Verkauf gehen
refund-units-hint = Diese Karten verliert, wer sie gekauft hat
refund-reason = Grund
refund-reason-hint = Ihn liest, wer gekauft hat
refund-consequences = Das Geld geht auf die Karte zurück, von der es kam, und wird von Ihren Einnahmen abgezogen. Das lässt sich nicht rückgängig machen.
refund-button = Erstatten
refund-keep = Nichts erstatten
refund-nothing-left = Alles, was bezahlt wurde, ist erstattet oder auf dem Weg zurück.
refund-more = Mehr davon erstatten
notice-refunded = Das Geld ist auf dem Weg zurück.
notice-refund-under-way = Die Erstattung ist vermerkt. Die Bank hat noch nicht geantwortet und wird gefragt, bis sie es tut: Sie brauchen nichts noch einmal abzuschicken.
notice-refund-failed = Die Bank hat diese Erstattung abgelehnt; es ist kein Geld zurückgegangen.

seller-money-title = Geld
seller-money-empty = Noch nichts verdient
seller-money-empty-lead = Was Ihre Karten einbringen, steht hier, sobald die erste verkauft ist: wie viel es ist und wann Sie es bekommen.
balance-title = Wo Ihr Geld ist
balance-title-in = Wo Ihr Geld ist, in { $currency }
balance-available = Nächste Auszahlung
balance-available-means = Es gehört Ihnen, und die nächste Auszahlung bringt es Ihnen.
balance-pending = Zurückgehalten
balance-pending-means = Es wartet bis einige Zeit nach Ihren Veranstaltungen, damit erstattet werden kann, falls eine ausfällt.
balance-owed = Geschuldet
balance-owed-means = Es wurde erstattet, nachdem Sie es bekommen hatten, und wird von Ihren nächsten Verkäufen abgezogen.
balance-paid-out = Ausgezahlt
balance-paid-out-means = Es wurde an Sie überwiesen oder ist auf dem Weg.
movements-title = Was sich geändert hat
movements-empty = Noch hat sich nichts geändert.
movements-end = Davor gab es nichts.
movement-sale = Karten verkauft
movement-refund = Geld erstattet
movement-dispute = Von einer Bank zurückgeholt
movement-dispute-reversed = Von einer Bank zurückgegeben
movement-payout = An Sie ausgezahlt
movement-payout-failed = Eine Auszahlung kam nicht an
