"""Working from the command line: the application, and a centre's scope."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.config import Config
from app.db.scope import Scope
from app.db.session import db, scoped
from app.host.context import Ctx
from app.host.work import at_work
from app.kernel.errors import Refused
from app.kernel.text import T, Text
from app.runtime.environment import local_environment
from app.tenancy.models import Center, School
from app.web.factory import create_app


def config() -> Config:
    """Return the settings, with the addresses of a local installation when there is one."""
    return Config.from_environ(local_environment(os.environ))


def owner_url(settings: Config) -> str:
    """Return the owner's database address; refuse when it is not set."""
    if settings.owner_url is None:
        raise Refused(T("Set these variables first: {names}", names="DATABASE_OWNER_URL"))
    return settings.owner_url


@contextmanager
def application() -> Iterator[Flask]:
    """Enter the application; a refusal leaves it in the reader's language."""
    flask = create_app(config())
    with flask.app_context():
        try:
            yield flask
        except Refused as refused:
            # Outside there is no catalogue any more.
            raise Refused(Text(str(refused)), refused.field) from refused
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) is not None:
                raise
            url = db.engine.url
            nothing = T(
                "Nothing answers at {address}: start the servers with “make run”.",
                address=f"{url.host}:{url.port}",
            )
            raise Refused(Text(str(nothing))) from error
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def at_center(slug: str, school: str | None = None) -> Iterator[Ctx]:
    """Work in a centre, or in one of its schools by code; commits when the block ends well."""
    with application() as flask:
        with scoped(None):
            center = db.session.scalar(select(Center).where(Center.slug == slug))
        if center is None:
            raise Refused(T("There is no centre {slug}.", slug=slug))
        scope = Scope.center(center.id)
        if school is not None:
            with scoped(scope):
                found = db.session.scalar(select(School.id).where(School.code == school))
            if found is None:
                raise Refused(T("There is no school {code}.", code=school))
            scope = Scope.schools(center.id, found)
        with inside(flask, scope) as ctx:
            yield ctx


def inside(flask: Flask, scope: Scope) -> AbstractContextManager[Ctx]:
    """Work in a scope as the system; commits when the block ends well."""
    return at_work(flask.extensions, scope)
