"""What the layout shows around every page: who, where, and where to go from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale

from app.accounts.principal import Family, Principal, Workplace
from app.accounts.roles import ROLES
from app.edge.drafts import take_draft_done
from app.kernel.text import T
from app.notify.queries import unread
from app.web.navigation import menu


@dataclass(frozen=True)
class Who:
    """The person signed in, as the layout names them."""

    id: str
    name: str
    role_title: str
    context_title: str
    contexts: list[tuple[str, str, bool]]
    account_url: str
    sign_out_url: str


def init_frame(flask: Flask) -> None:
    """Give every template ``who``, ``nav``, ``crumbs``, ``bell``, ``locale``, ``site_title``."""
    flask.context_processor(_frame)


def _frame() -> dict[str, Any]:
    who: Principal | None = g.get("principal")
    placed = g.get("ctx") is not None
    staff = placed and g.get("workplace") is not None
    speaks_chinese = str(get_locale()) != "en"
    return {
        "other_language": "English" if speaks_chinese else "中文",
        "language_url": url_for("front.language", locale="en" if speaks_chinese else "zh_Hans"),
        "locale": str(get_locale()),
        "site_title": str(T("Qinchao")),
        "who": _who(who) if who else None,
        "nav": menu(g.ctx) if staff else [],
        "crumbs": _crumbs() if staff else list(g.get("trail", [])),
        "can": g.ctx.actor.holds if placed else lambda _permission: False,
        "draft_done": take_draft_done(),
        "bell": _bell if placed else None,
    }


def _bell() -> tuple[str, int]:
    """Return where the reader's notices are and how many are unread; asked where it is shown."""
    page = "notices.family" if g.get("workplace") is None else "notices.staff"
    return url_for(page), unread(g.ctx)


def _who(who: Principal) -> Who:
    place: Workplace | None = g.get("workplace")
    actor = g.ctx.actor if g.get("ctx") else None
    titles = sorted({str(ROLES[x.role].title) for x in actor.grants}) if actor else []
    contexts = _contexts(who)
    here = next((title for title, _url, active in contexts if active), _standing(place))
    first = [w.name for w in who.workplaces] + [f.name for f in who.families]
    name = place.name if place else (first[0] if first else "")
    return Who(
        str(who.account_id),
        name,
        "、".join(titles),
        here,
        contexts,
        url_for("accounts.change_secret"),
        url_for("accounts.sign_out"),
    )


def _standing(place: Workplace | None) -> str:
    """Return where somebody stands on a page of the centre who works at schools only."""
    if place is None:
        return ""
    return place.schools[0][2] if len(place.schools) == 1 else place.center_name


def _contexts(who: Principal) -> list[tuple[str, str, bool]]:
    """List where the person works: centres, schools (for a centre's staff: none), family."""
    found = []
    for place in who.workplaces:
        at = g.get("center_slug") == place.slug and g.get("workplace") is not None
        if place.whole_center:
            url = url_for("center_home.page", center=place.slug)
            found.append((place.center_name, url, at))
            continue
        for school_id, code, name in place.schools:
            url = url_for("school_home.page", center=place.slug, school=code)
            found.append((name, url, at and g.get("school_id") == school_id))
    for family in who.families:
        title = T("My family") if family.guardian_id else T("Paired children")
        found.append((str(title), family_url(family), g.get("family") == family))
    return found


def family_url(family: Family) -> str:
    """Return where a guardian's children stand, or those of a mentor from outside."""
    page = "family.home" if family.guardian_id else "family.paired"
    return url_for(page, center=family.slug)


def _crumbs() -> list[tuple[str, str]]:
    place: Workplace = g.workplace
    way = []
    if place.whole_center:
        way.append((place.center_name, url_for("center_home.page")))
    if g.get("school_id") is not None:
        way.append((g.school_name, url_for("school_home.page")))
    return [*way, *g.get("trail", [])]


def home_of(who: Principal) -> str:
    """Return the address where a person begins."""
    contexts = _contexts(who)
    if contexts:
        return contexts[0][1]
    return str(current_app.url_for("front.nowhere"))
