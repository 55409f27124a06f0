"""Figures: every one opens the rows behind it."""
