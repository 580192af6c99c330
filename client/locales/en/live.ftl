### What islands say.

seats-left =
    { $count ->
        [one] 1 left
       *[other] { $count } left
    }
