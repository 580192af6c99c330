### Verkaufen: das Formular eines Angebots, die eigenen Angebote, das Zurückziehen.

sell-title = Karten verkaufen
sell-lead = Sagen Sie, was Sie haben, wo und wann es stattfindet und was es kostet. Danach steht es sofort zum Verkauf.
sell-button = Zum Verkauf stellen
sell-next = Sie können das Angebot ändern oder zurückziehen, solange niemand eine Karte reserviert hat.
edit-title = Angebot ändern
edit-save = Speichern
edit-back = Zurück zum Angebot
edit-withdraw = Zurückziehen

listing-what = Was
listing-title = Titel
listing-title-hint = Die Veranstaltung, so wie man sie suchen würde
listing-category = Kategorie
listing-category-hint = Zum Beispiel Konzert, Theater oder Sport
listing-description = Beschreibung
listing-description-hint = Plätze, Eingang, was man vor dem Kauf wissen sollte
listing-where-when = Wo und wann
listing-venue = Veranstaltungsort
listing-city = Stadt
listing-starts-at = Beginn
listing-starts-at-hint = Nach der Uhrzeit am Veranstaltungsort
listing-time-zone = Zeitzone des Veranstaltungsorts
listing-time-zone-hint = Die nächste große Stadt
listing-price-number = Preis und Anzahl
listing-price = Preis einer Karte
listing-price-hint = Zum Beispiel 20 oder 49,50
listing-quantity = Wie viele
listing-quantity-hint = 1 bis 100
zone-africa = Afrika
zone-america = Amerika
zone-antarctica = Antarktis
zone-arctic = Arktis
zone-asia = Asien
zone-atlantic = Atlantik
zone-australia = Australien
zone-europe = Europa
zone-indian = Indischer Ozean
zone-pacific = Pazifik

selling-on-sale = Angebote im Verkauf
selling-sold = Verkaufte Karten
selling-takings = Einnahmen
selling-part = Gezählt sind die Angebote auf dieser Seite.
selling-units-sold = Verkauft
selling-units-held = Reserviert
selling-units-left = Übrig
selling-price = Preis
selling-edit = Ändern
selling-edit-one = { $title } ändern
selling-withdraw = Zurückziehen
selling-withdraw-one = { $title } zurückziehen
selling-sales-one = Verkäufe von { $title }
selling-empty = Noch kein Angebot
selling-empty-lead = Karten, die Sie nicht nutzen können? Jemand sucht sie gerade. Ein Angebot dauert eine Minute.
selling-first = Erste Karten anbieten
selling-end = Weitere Angebote gibt es nicht.
notice-listing-withdrawn = Das Angebot ist zurückgezogen. Wer schon gekauft hat, behält seine Karten.

withdraw-title = Angebot zurückziehen
withdraw-left =
    { $count ->
        [one] noch 1 von { $quantity } Karten
       *[other] noch { $count } von { $quantity } Karten
    }
withdraw-consequences = Was übrig ist, kann dann niemand mehr kaufen, und das Angebot kommt nicht wieder. Verkaufte Karten bleiben verkauft.
withdraw-button = Zurückziehen
withdraw-keep = Im Verkauf lassen
