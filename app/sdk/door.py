"""Working for a visitor who holds no account, but something of the school: a code on its wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g, request
from sqlalchemy import select

from app.db.scope import Scope
from app.db.session import db, scoped
from app.host.context import Ctx
from app.host.enablement import is_active
from app.kernel.access import Actor
from app.kernel.errors import NotVisible
from app.tenancy.models import Center, School


@contextmanager
def at_door() -> Iterator[Ctx]:
    """Work at the school of an open page's address, as nobody; what was done is kept at the end.

    Nobody holds a permission: the view checks what the visitor brings, counts wrong tries, and
    tells no name. Raises :class:`NotVisible` when there is no such school or the page's module is
    off there.
    """
    with scoped(None):
        center = db.session.scalar(select(Center.id).where(Center.slug == g.center_slug))
    if center is None:
        raise NotVisible
    with scoped(Scope.schools(center)):
        school = db.session.scalar(
            select(School.id).where(School.code == g.school_code, School.closed_on.is_(None))
        )
    if school is None:
        raise NotVisible
    scope = Scope.schools(center, school)
    extensions = current_app.extensions
    module = extensions["qinchao_module_pages"][request.blueprint]
    with scoped(scope):
        actor = Actor("visitor", address=request.remote_addr)
        work = Ctx(
            scope,
            db.session(),
            extensions["qinchao_registry"],
            extensions["qinchao_files"],
            actor,
        )
        if not is_active(work, module, school):
            raise NotVisible
        g.school_id = school
        yield work
        db.session.commit()
