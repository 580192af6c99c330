### Konten: Registrieren und Anmelden, die Seite des Kontos.

field-required = (erforderlich)
account-email = E-Mail-Adresse
account-password = Passwort
account-password-hint = 8 bis 128 Zeichen
sign-in-no-account = Noch kein Konto?
sign-in-already = Sie sind angemeldet als { $email }.
sign-in-go-on = Weiter
sign-up-lead = Mit einem Konto können Sie kaufen und verkaufen.
sign-up-known = Schon registriert?
account-signed-in-as = Angemeldet als
account-change-password = Passwort ändern
account-change-password-lead = Überall sonst, wo Sie angemeldet sind, werden Sie abgemeldet. Hier bleiben Sie angemeldet.
account-current-password = Jetziges Passwort
account-new-password = Neues Passwort
account-everywhere = Überall abmelden
account-everywhere-lead = Beendet alle Sitzungen Ihres Kontos auf allen Geräten, auch diese hier. Tun Sie das, wenn Ihnen ein Gerät abhandengekommen ist oder Sie irgendwo angemeldet geblieben sind.
notice-password-changed = Ihr Passwort ist geändert. Alle anderen Sitzungen sind beendet.
notice-signed-out-everywhere = Sie sind abgemeldet, hier und überall sonst.
