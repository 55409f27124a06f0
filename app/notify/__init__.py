"""Telling people what waits for them: notices inside, mail outside, one digest a day."""
