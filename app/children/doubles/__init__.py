"""Adults who may have been entered twice: found, joined, or kept apart for good."""
