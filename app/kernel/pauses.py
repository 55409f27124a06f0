"""Making very many objects that all stay: the collector would look at them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave cyclic garbage alone while the block runs; counted references are freed as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def for_good() -> Iterator[None]:
    """Load what stays as long as the process: the collector never looks at any of it again.

    Neither while it is loaded, nor amid a request, nor when the process ends.
    """
    with without_collector():
        yield
    gc.freeze()
