"""The school calendar: terms, days off, working Saturdays, festivals; one for all of a centre."""
