### Die Startseite, und Listen von Angeboten überall.

browse-title = Tickets im Angebot
browse-hero = Ihr nächster Abend beginnt hier
browse-lead = Tickets direkt von denen, die sie haben. Erst reservieren, dann in Ruhe bezahlen.
browse-search = Tickets suchen
browse-show = Suchen
browse-filters = Filter
browse-apply = Tickets zeigen
browse-kinds = Beliebte Kategorien
browse-on-sale = Jetzt im Angebot
browse-found = Gefunden
browse-active = Aktive Filter
browse-clear = Alle Filter löschen
browse-loading = Die Angebote sind unterwegs …
browse-again = Noch einmal versuchen
browse-nothing = Zurzeit ist nichts im Angebot.
browse-nothing-advice = Die Bühne gehört Ihnen: Bieten Sie als Erste oder Erster ein Ticket an.
browse-nothing-found = Zu diesen Filtern ist nichts im Angebot.
browse-nothing-found-advice = Nehmen Sie einen Filter weg, oder suchen Sie nach weniger Wörtern.
browse-sell = Tickets verkaufen

filter-q = Wonach suchen Sie?
filter-category = Kategorie
filter-city = Stadt
filter-from = Von
filter-to = Bis
filter-min-price = Preis ab
filter-max-price = Preis bis
filter-sort = Sortieren nach
filter-days = Tage zählen nach UTC.
sort-soonest = Nächste Termine zuerst
sort-newest = Neueste Angebote zuerst
sort-cheapest = Günstigste zuerst
chip-remove = : diesen Filter entfernen

category-concert = Konzert
category-theatre = Theater
category-sport = Sport
category-festival = Festival
category-comedy = Comedy
category-dance = Tanz
category-family = Familie

standing-available = Im Angebot
standing-reserved = Reserviert
standing-sold = Ausverkauft
standing-withdrawn = Zurückgezogen

pages = Seiten
pages-first = Erste Seite
pages-previous = Vorige Seite
pages-next = Nächste Seite

time-open = Termin offen
month-short-1 = Jan.
month-short-2 = Feb.
month-short-3 = März
month-short-4 = Apr.
month-short-5 = Mai
month-short-6 = Juni
month-short-7 = Juli
month-short-8 = Aug.
month-short-9 = Sept.
month-short-10 = Okt.
month-short-11 = Nov.
month-short-12 = Dez.
