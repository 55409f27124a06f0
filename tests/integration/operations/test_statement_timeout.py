"""A page that nobody waits for any more does not go on in the database."""

from __future__ import annotations

from typing import cast

from sqlalchemy import text

from app.config import Config
from app.db.scope import Scope
from app.db.session import db, scoped
from app.kernel.ids import uuid7
from app.web.factory import create_app


def _limit(config: Config, **options: int) -> str:
    flask = create_app(config, **options)
    with flask.app_context():
        with scoped(Scope.center(uuid7())):
            found = db.session.scalar(text("SHOW statement_timeout"))
        db.engine.dispose()
    return cast("str", found)


def test_a_statement_of_a_page_ends_after_a_while_and_one_of_a_job_does_not(
    config: Config,
) -> None:
    assert _limit(config, statement_seconds=60) == "1min"
    assert _limit(config) == "0"
