"""The ``qinchao`` command. Each group imports what it needs; the root only lists them."""

from app.cli.root import main

__all__ = ["main"]
