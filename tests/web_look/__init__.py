"""The look, tried in a real browser."""
