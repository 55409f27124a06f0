"""Measurements of what we promise; ``python -m bench`` runs all of them."""
