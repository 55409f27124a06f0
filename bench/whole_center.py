"""The full demonstration centre: closing its duties, then its pages."""

from __future__ import annotations

import gc

from bench import duties, module_pages, pages
from bench.center import full_center, gather_statistics


def run() -> bool:
    """Load the centre once, measure, print a table each, and say whether promises are kept."""
    with full_center() as at:
        closing = duties.close(at)
        gather_statistics(at)
        # A server has loaded no centre, and never looks for garbage in what it loads.
        gc.collect()
        gc.freeze()
        results = pages.measure(at)
        opened = module_pages.measure(at)
    duties.report(closing)
    pages.report(results)
    module_pages.report(opened)
    kept = [closing.kept, *(page.kept for page in results), *(page.kept for page in opened)]
    return all(kept)
