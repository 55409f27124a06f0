"""Handing over: when somebody leaves, changes class, or the school year ends."""
