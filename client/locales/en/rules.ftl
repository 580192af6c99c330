### English rules are told by the code that checks them, in its own words; here are those that it says to programs
### rather than to people.

rule-startsat-must-be-in-the-future = The start must be in the future
rule-startsat-must-be-a-date-and-time-such-as-2027-06-30t20-00 = The start must be a date and a time
rule-timezone-must-be-the-name-of-a-time-zone-such-as-europe-berlin = Choose the venue’s time zone
rule-price-must-be-a-plain-decimal-number = Price must be a plain number such as 20 or 49.50
rule-amount-must-be-a-plain-decimal-number = Amount must be a plain number such as 20 or 49.50
rule-relistunits-must-be-at-most-what-was-sold-and-is-not-on-sale-again = So many of these tickets are not left to go back on sale
rule-relistunits-must-be-a-whole-number-from-0-to-100 = Tickets that go back on sale must be a whole number
rule-minprice-must-be-a-decimal-number = The lowest price must be a number such as 20 or 49.50
rule-minprice-must-be-a-plain-decimal-number = The lowest price must be a number such as 20 or 49.50
rule-minprice-must-have-at-most-two-decimals = The lowest price must have at most two decimals
rule-minprice-is-too-large = The lowest price is too high
rule-maxprice-must-be-a-decimal-number = The highest price must be a number such as 20 or 49.50
rule-maxprice-must-be-a-plain-decimal-number = The highest price must be a number such as 20 or 49.50
rule-maxprice-must-have-at-most-two-decimals = The highest price must have at most two decimals
rule-maxprice-is-too-large = The highest price is too high
rule-from-must-be-a-date-such-as-2027-06-30-or-a-time-such-as-2027-06-30t20-00-00z = The first day must be a date
rule-to-must-be-a-date-such-as-2027-06-30-or-a-time-such-as-2027-06-30t20-00-00z = The last day must be a date
rule-q-must-contain-a-letter-or-digit = Search for something with a letter or a digit in it
rule-q-must-be-at-most-n-characters = Search for at most { $n } characters
rule-cursor-must-be-one-that-a-link-header-gave = There is no such page of this list
rule-cursor-must-come-from-a-link-header = There is no such page of this list
rule-invalid-credentials = That is not your current password
rule-email-in-use = There is an account with this email already
