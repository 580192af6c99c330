### Was schiefging und was nun zu tun ist: in Formularen und auf den Seiten, die statt anderer erscheinen.

alert-title = Bitte prüfen: { $title }
refusal-fields =
    { $count ->
        [one] Eine Angabe stimmt noch nicht.
       *[other] { $count } Angaben stimmen noch nicht.
    }
refusal-unreadable = Was hier ankam, war nicht zu verstehen. Gehen Sie zurück und benutzen Sie das Formular oder die Links der Seite.
refusal-email-in-use = Zu dieser E-Mail-Adresse gibt es schon ein Konto.
refusal-credentials = E-Mail-Adresse oder Passwort stimmt nicht.
refusal-wrong-password = Das jetzige Passwort stimmt nicht.
refusal-own-ticket = Das ist Ihr eigenes Angebot, Sie können es nicht reservieren.
refusal-payment-method = Die Bank kennt diese Karte nicht.
refusal-not-signed-in = Sie sind nicht angemeldet.
refusal-declined = Die Zahlung wurde abgelehnt: { $reason }
refusal-not-allowed = Dieses Angebot kann nur ändern, wer es eingestellt hat.
refusal-not-your-sale = Geld erstatten kann nur, wer diese Karten verkauft hat.
refusal-unavailable = Jemand war schneller: So viele dieser Karten sind nicht mehr da.
refusal-not-on-sale = Dieses Angebot steht nicht mehr zum Verkauf.
refusal-reserved = Jemand hat gerade einige dieser Karten reserviert.
refusal-price-changed = Der Preis wurde geändert, während Sie sich umgesehen haben.
refusal-hold-limit = Damit hätten Sie mehr unbezahlte Karten reserviert, als eine Person haben darf.
refusal-order-not-open = Diese Bestellung ist inzwischen weiter.
refusal-order-expired = Die Reservierung ist verfallen und kann nicht mehr bezahlt werden. Es wurde nichts abgebucht.
refusal-already-paid = Diese Bestellung ist bezahlt, oder eine Zahlung dafür läuft gerade.
refusal-sent-before = Dieses Formular wurde schon einmal mit anderen Angaben abgeschickt, und die gelten.
refusal-sent-before-refund = Dieses Formular wurde schon einmal mit anderen Angaben abgeschickt, und das wurde erstattet.
refusal-sent-before-listing = Dieses Formular wurde schon einmal abgeschickt, und was damals darin stand, ist im Verkauf.
refusal-conflict = Jemand hat das im selben Augenblick geändert.
refusal-too-many = Das waren zu viele Versuche.

advice-try-again = Bitte versuchen Sie es gleich noch einmal.
advice-maybe-done = Was Sie wollten, ist vielleicht trotzdem geschehen: Sehen Sie nach, bevor Sie es noch einmal versuchen.
advice-unavailable = Diese Seite zeigt, was jetzt noch da ist. Wird eine Reservierung nicht rechtzeitig bezahlt, werden Karten wieder frei: Sehen Sie in ein paar Minuten noch einmal nach.
advice-not-on-sale = Vielleicht gibt es ähnliche.
advice-reserved = Warten Sie, bis bezahlt wurde oder die Reservierung verfallen ist, und versuchen Sie es dann noch einmal.
advice-price-changed = Es ist nichts reserviert. Diese Seite zeigt den neuen Preis: Reservieren Sie erneut, wenn Sie noch möchten.
advice-hold-limit = Nehmen Sie weniger Karten, oder bezahlen oder stornieren Sie erst eine Ihrer Bestellungen.
advice-order-not-open = Diese Seite zeigt, wie es jetzt steht.
advice-order-expired = Sind die Karten noch da, können Sie sie erneut reservieren.
refusal-refund-too-large = Das ist mehr, als noch erstattet werden kann.
refusal-not-refundable = Das lässt sich nicht erstatten: Es ist nichts mehr davon da, oder die Bank lehnt es ab.
advice-refund = Bei Ihren Verkäufen sehen Sie, was schon erstattet wurde.
advice-already-paid = Sie brauchen nicht noch einmal zu bezahlen. Mit „Aktualisieren“ sehen Sie, wie es steht.
advice-sent-before = Sehen Sie Ihre Bestellungen an, bevor Sie mehr reservieren.
advice-sent-before-refund = Sehen Sie Ihre Verkäufe an, bevor Sie mehr erstatten.
advice-sent-before-listing = Schicken Sie das Formular noch einmal ab, wenn Sie ein zweites Angebot möchten, oder ändern Sie das erste.
advice-conflict = Von Ihrer Seite ist nichts geschehen. Bitte versuchen Sie es noch einmal.
advice-email-in-use = Ist es Ihres?
advice-declined = Es wurde nichts abgebucht, und die Karten gehören bis zum Ablauf der Frist weiter Ihnen. Versuchen Sie es mit einer anderen Karte.
advice-wait = Warten Sie ein wenig, bevor Sie es noch einmal versuchen.
advice-wait-seconds =
    { $seconds ->
        [one] In 1 Sekunde können Sie es noch einmal versuchen.
       *[other] In { $seconds } Sekunden können Sie es noch einmal versuchen.
    }
advice-not-signed-in = Was Sie geschrieben haben, ist noch da. Melden Sie sich daneben an und schicken Sie es dann noch einmal ab.
link-browse = Alle Karten ansehen
link-orders = Ihre Bestellungen
link-listings = Ihre Angebote
link-sales = Ihre Verkäufe
link-sign-in-apart = Anmelden (öffnet einen neuen Tab)

missing-accounts = An- und Abmelden ist gerade nicht möglich.
missing-listings = Die Angebote sind gerade nicht erreichbar.
missing-orders = Bestellungen sind gerade nicht erreichbar.
missing-payments = Zahlungen sind gerade nicht möglich.
unsure-account = Vielleicht hat es trotzdem geklappt. Versuchen Sie es gleich noch einmal.
unsure-listing = Vielleicht hat es trotzdem geklappt. Sehen Sie Ihre Angebote an, bevor Sie es noch einmal versuchen.
unsure-order = Vielleicht hat es trotzdem geklappt. Sehen Sie Ihre Bestellungen an, bevor Sie es noch einmal versuchen.
unsure-refund = Vielleicht ist das Geld trotzdem zurückgegangen. Schicken Sie das Formular unverändert noch einmal ab, dann geht es nur einmal zurück; oder sehen Sie zuerst Ihre Verkäufe an.
unsure-payment = Ihre Zahlung ist vielleicht trotzdem durchgegangen. Sehen Sie mit „Aktualisieren“ nach, bevor Sie noch einmal bezahlen; doppelt abgebucht wird nie.

trouble-title-not-found = Hier ist nichts
trouble-not-found = Diese Seite gibt es nicht, oder es gibt sie nicht mehr.
trouble-title-sign-in = Bitte melden Sie sich an
trouble-sign-in = Diese Seite ist für angemeldete Personen.
trouble-title-not-yours = Das ist nicht Ihres
trouble-title-missing = Gleich wieder da
trouble-busy = Es sind gerade mehr Menschen hier, als wir auf einmal bedienen können.
trouble-too-slow = Das hat zu lange gedauert.
trouble-title-cross-site = Nicht von dort
trouble-cross-site = Dieses Formular kam von einer anderen Website, deshalb ist nichts geschehen. Benutzen Sie das Formular auf dieser Website.
trouble-title-method = So geht es nicht
trouble-method = Diese Seite lässt sich so nicht benutzen. Gehen Sie zurück und benutzen Sie ihr Formular.
trouble-title-too-large = Zu viel
trouble-too-large = Das war mehr Text, als ein Formular hier annimmt. Gehen Sie zurück, kürzen Sie ihn und versuchen Sie es noch einmal.
trouble-title-too-many = Langsam, bitte
trouble-title-fault = Da ist etwas schiefgegangen
trouble-fault = Das lag an uns, nicht an Ihnen.
trouble-title-refused = Das hat nicht geklappt
trouble-again = Noch einmal versuchen
trouble-search = Suchen Sie Karten?
trouble-search-button = Suchen

docs-title = Für Programmierer
docs-lead = Alles, was diese Seiten tun, können auch Programme. Jeder Dienst beschreibt sich selbst in OpenAPI 3.1.
docs-accounts = Konten und Sitzungen
docs-listings = Angebote
docs-orders = Reservierungen
docs-payments = Zahlungen
docs-events = Ereignisse zwischen den Diensten (AsyncAPI 3)
