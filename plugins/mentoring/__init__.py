"""Mentoring (结对帮扶): pairings, support plans, and each mentor's term as it was."""
