### Bestellungen: die Liste, die Seite einer Bestellung, das Bezahlen.

order-title = Bestellung: { $title }
order-number = Bestellnummer
order-reserved-at = Reserviert
order-until = Für Sie reserviert bis { $time }
order-cancel = Bestellung stornieren
order-cancel-lead = Die Tickets sind dann sofort wieder im Verkauf, und andere können sie bekommen.
order-cancel-yes = Ja, stornieren
order-again = Zurück zum Angebot
order-again-one = Zurück zu „{ $title }“
order-browse = Tickets finden
order-refresh = Aktualisieren, um zu sehen, wie es ausging
order-receipt = Quittung
order-refunded = Erstattet
order-remains = Bleiben

label-reserved = Reserviert
label-payment = Zahlung läuft
label-paid = Bezahlt
label-refunded = Erstattet
label-refunded-part = Teilweise erstattet
label-cancelled = Storniert
label-lapsing = Zeit abgelaufen

stage-pay = Ihre Bestellung ist reserviert
stage-pay-lead = Bezahlen Sie, bevor die Zeit abläuft, dann gehören die Tickets Ihnen. Bis dahin bekommt sie niemand sonst.
stage-confirm = Bestätigen Sie Ihre Zahlung
stage-confirm-lead = Ihre Bank möchte, dass Sie diese Zahlung bestätigen, bevor sie das Geld freigibt.
stage-under-way = Ihre Zahlung ist unterwegs
stage-under-way-lead = Das dauert meist nur einen Augenblick. Ihre Bestellung ist sicher, und Sie werden nicht doppelt belastet.
stage-under-way-asked = Ihre Bank ist gefragt und hat noch nicht geantwortet. Ihre Bestellung ist sicher, und Sie werden nicht doppelt belastet.
stage-under-way-answered = Ihre Bank wird gefragt, was sie aus Ihrer Antwort macht; das dauert meist nur einen Augenblick. Ihre Bestellung ist sicher, und Sie werden nicht doppelt belastet.
stage-under-way-set-aside = Der Betrag ist auf Ihrer Karte vorgemerkt. Er wird abgebucht, sobald die Tickets sicher sind; das dauert meist nur einen Augenblick.
stage-lapsing = Die Zeit zum Bezahlen ist vorbei
stage-lapsing-lead = Die Tickets gehen gerade zurück in den Verkauf. Wenn sie noch zu haben sind, können Sie sie erneut reservieren.
stage-complete = Die Tickets gehören Ihnen
stage-complete-lead = Ihre Bestellung ist bezahlt: { $amount }. Viel Vergnügen!
stage-complete-lead-part = Ihre Bestellung ist bezahlt: { $amount }, davon wurden { $refunded } erstattet.
stage-refunded = Ihre Bestellung wurde erstattet
stage-refunded-lead = Alles, was Sie bezahlt haben, ist zurückgegangen: { $amount }.
stage-refunded-money = Nach einigen Tagen ist es wieder auf der Karte, mit der Sie bezahlt haben, je nachdem, wann Ihre Bank bucht. Wissen Sie nichts von einer Absage, dann fragen Sie beim Verkäufer nach, ob die Tickets noch gelten.
stage-complete-next = Wie es weitergeht
stage-complete-keep = Ihre Quittung ist Ihr Kaufbeleg: Bewahren Sie sie auf oder drucken Sie sie aus. Sie finden sie und diese Seite unter „Bestellungen“ wieder.
stage-complete-when = Seien Sie rechtzeitig am Veranstaltungsort. Die Zeiten oben sind die des Ortes; sollte der Verkäufer sie ändern, zeigt diese Seite es.
cancelled-buyer = Sie haben diese Bestellung storniert
cancelled-buyer-lead = Die Tickets sind wieder im Verkauf.
cancelled-expired = Ihre Reservierung ist verfallen
cancelled-expired-lead = Die Reservierung ist verfallen, bevor sie bezahlt war, und die Tickets sind wieder im Verkauf. Wenn sie noch zu haben sind, können Sie sie erneut reservieren.
cancelled-withdrawn = Der Verkäufer hat das Angebot zurückgezogen
cancelled-withdrawn-lead = Der Verkäufer hat ein Angebot zurückgezogen, bevor diese Bestellung bezahlt war; damit ist sie beendet.
cancelled-payment = Ihre Zahlung ist nicht zustande gekommen
cancelled-payment-lead = Die Bank hat Ihre Zahlung genehmigt und das Geld dann doch nicht freigegeben. Sie können erneut reservieren und mit einer anderen Karte bezahlen.
cancelled-unknown = Diese Bestellung wurde storniert
cancelled-unknown-lead = Sie ist nicht mehr für Sie reserviert.

money-title = Was aus Ihrem Geld wurde
money-none = Ihre Karte wurde nicht belastet.
money-releasing = Der auf Ihrer Karte vorgemerkte Betrag wird gerade freigegeben.
money-unsure = Ihre Bank hat noch nicht geantwortet. Sollte sie den Betrag vormerken, wird er sofort wieder freigegeben.
money-released = Ihre Zahlung kam zu spät und wurde zurückgegeben: Der vorgemerkte Betrag ist wieder frei.
money-refunding = Ihre Karte wurde belastet; die volle Erstattung ist unterwegs.
money-refunded = Ihre Zahlung wurde vollständig erstattet.
money-unknown = Was aus Ihren Zahlungen wurde, lässt sich gerade nicht anzeigen.

lines-reserved = Was Sie reserviert haben
lines-title = Ihre Tickets
line-quantity = { $count } × { $price }
line-total = Summe
line-refunded = { $amount } erstattet
line-returned =
    { $count ->
        [one] 1 der Tickets gehört nicht mehr Ihnen
       *[other] { $count } der Tickets gehören nicht mehr Ihnen
    }

receipt-title = Quittung { $number }
receipt-heading = Quittung
receipt-back = Zurück zur Bestellung
receipt-buyer = Gekauft von
receipt-paid = Bezahlt
receipt-payment = Zahlungsnummer
receipt-lines = Was gekauft wurde
receipt-tickets = Tickets
receipt-quantity = Anzahl
receipt-price = Stück
receipt-sum = Betrag
receipt-refunded = Erstattet
receipt-print = Ihr Browser druckt diese Seite ohne das, was darum herum steht.
receipt-unknown = Wann und wie bezahlt wurde und was zuletzt erstattet wurde, lässt sich gerade nicht anzeigen.

units =
    { $count ->
        [one] 1 Ticket
       *[other] { $count } Tickets
    }

pay-method = Mit einer Testkarte bezahlen
pay-card-hint = Dieser Markt hat eine Bank, die nur so tut: Es fließt kein Geld.
pay-button = { $amount } bezahlen
pay-confirm = { $amount } bestätigen
pay-other-card = Andere Karte verwenden
pay-confirm-hint = Die Bank, die nur so tut, stellt keine Fragen.
pay-card = Mit Karte bezahlen
pay-card-provider = Das Formular gehört Stripe; die Nummer Ihrer Karte geht dorthin und nirgendwohin sonst.
pay-card-scripts = Zum Bezahlen müssen Skripte erlaubt sein, denn das Kartenformular gehört dem Zahlungsanbieter. Erlauben Sie sie für diese Website und laden Sie die Seite neu; Ihre Reservierung gilt bis zur Zeit oben.
pay-bank-hint = Ihre Bank fragt in einem Fenster über dieser Seite.
card-accepted = Wird angenommen
card-confirm = Verlangt Ihre Bestätigung
card-declined = Wird abgelehnt
card-no-money = Wird abgelehnt: nicht genug Geld
card-late = Antwortet spät, wird dann angenommen

steps-title = Was geschehen ist
step-next = Als Nächstes:
step-reserved = Für Sie reserviert
step-pay = Bezahlen bis { $time }
step-confirm = Ihre Bank wartet auf Ihre Bestätigung
step-asked = Ihre Bank wurde gefragt
step-declined = Karte abgelehnt
step-set-aside = Zahlung genehmigt, der Betrag ist vorgemerkt
step-charged = Karte belastet
step-releasing = Zahlung zu spät genehmigt; der Betrag wird freigegeben
step-released = Zahlung kam zu spät, der Betrag ist wieder frei
step-refunding = Karte zu spät belastet; die Erstattung ist unterwegs
step-refunded = Zahlung vollständig erstattet
step-refund-whole = Zahlung vollständig erstattet: { $amount }
step-refund-part = { $amount } erstattet
step-refund-pending = Eine Erstattung von { $amount } ist unterwegs
step-refund-failed = Die Erstattung von { $amount } ist nicht zustande gekommen
step-accepted = Zahlung angenommen
step-taking = Zahlung angenommen, der Betrag wird abgebucht
step-complete = Bezahlt, die Tickets gehören Ihnen
step-yours = Die Tickets gehören Ihnen
step-lapsing = Die Tickets gehen zurück in den Verkauf
step-cancelled = Storniert
step-cancelled-buyer = Von Ihnen storniert
step-cancelled-expired = Reservierung verfallen
step-cancelled-withdrawn = Storniert: Der Verkäufer hat das Angebot zurückgezogen
step-cancelled-payment = Storniert: Die Zahlung kam nicht zustande

orders-title-more =
    { $count ->
        [one] { $title } und 1 weiteres
       *[other] { $title } und { $count } weitere
    }
orders-reserved = { $units }, reserviert { $time }
orders-pay = Jetzt bezahlen
orders-pay-one = Jetzt bezahlen: { $title }
orders-empty = Sie haben noch keine Bestellungen
orders-empty-lead = Was Sie reservieren, erscheint hier, mit der Zeit, die zum Bezahlen bleibt.
orders-end = Weitere Bestellungen gibt es nicht.
