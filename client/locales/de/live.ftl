### Was die Inseln sagen.

seats-left =
    { $count ->
        [one] Noch 1
       *[other] Noch { $count }
    }
