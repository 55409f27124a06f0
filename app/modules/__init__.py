"""Switching modules on and off: pages that say beforehand what that means."""
