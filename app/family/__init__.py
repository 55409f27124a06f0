"""The guardian's page: one's own children in plain words, on a phone."""
