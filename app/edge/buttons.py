"""What a button does that is no form: act, say so; or show the page again with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect

from app.edge.current import ctx
from app.kernel.errors import Refused


def press(act: Callable[[], object], *, after: str, again: Callable[[], Any]) -> Any:
    """Run ``act``, which returns the words that say it is done, and go to ``after``.

    A refusal writes nothing; it is said on the page that ``again`` shows (422).
    """
    try:
        done = act()
    except Refused as refused:
        ctx().session.rollback()
        flash(str(refused), "danger")
        return again(), 422
    flash(str(done), "success")
    return redirect(after)
