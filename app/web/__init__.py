"""The web face: layouts, macros, static files, errors and language."""
