"""Rosters: what a school's list of children says, checked before anything is written."""
