### English rules are told by the code that checks them, in its own words.
