### Regeln für Felder; die Kennung ist der englische Wortlaut, den die prüfenden Typen melden.

rule-title-is-required = Ein Titel wird gebraucht
rule-title-must-be-at-most-140-characters = Der Titel darf höchstens 140 Zeichen haben
rule-price-must-be-greater-than-0 = Der Preis muss größer als 0 sein
rule-email-must-be-valid = Bitte eine gültige E-Mail-Adresse angeben
