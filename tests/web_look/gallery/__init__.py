"""Every building block on a few pages, with invented people: for tests and for looking at."""
