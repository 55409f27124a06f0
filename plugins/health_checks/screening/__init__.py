"""Screening by the national tables: pure functions of what was measured, no database, no web.

It imports nothing of the application, so that the command that screens a file starts at once.
"""
