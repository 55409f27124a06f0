"""Duties: what a system (制度) asks of whom, how often, and whether it was done."""
