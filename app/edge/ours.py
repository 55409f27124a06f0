"""Addresses that a form or a browser sends back: followed only when they are ours."""

from __future__ import annotations


def is_ours(address: str) -> bool:
    r"""Tell whether ``address`` is a path of this service and nothing else to any browser.

    ``//host`` and ``/\host`` look like paths and lead away, with or without a tab in between.
    """
    path = address.startswith("/") and not address.startswith("//")
    return path and "\\" not in address and address.isprintable()
