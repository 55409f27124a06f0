"""What pages cost: more rows must not cost more queries, whatever the page is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from app.children.models import Child
from app.children.services.merging import merge_into
from app.kernel.text import T
from app.kit.check.declaring import raised
from app.kit.check.findings import Fault
from app.kit.check.stage import PUPILS, SLUG, Stage, pages, stage_of
from app.kit.check.subject import Subject
from app.ledger.models import Entry

_MORE = 6
"""So many more queries for 30 more pupils are one for each row of something."""
_MORE_OF_CHILD = 4
"""So many more for what nine children have, given to one."""
_DOUBLES = 8
_LINK = re.compile(r'href="(/c/[^"#]+)')
_OPEN, _BROKEN = 200, 500


def queries(subject: Subject) -> Iterator[Fault]:
    """A page of many rows runs no more queries than one of few; the demonstration fills them.

    Looked at are the school's pages and what they lead to (a class, a record, a child), and the
    pages of one child who has little and then much.
    """
    hooks = subject.registry.manager.hook
    given = hooks.demo_data.get_hookimpls() + hooks.demo_center.get_hookimpls()
    if subject.name not in {implementation.plugin_name for implementation in given}:
        yield Fault(T("Without the hook demo_data nothing can be measured."), "plugin.py")
        return
    trial = stage_of(subject)
    try:
        trial.invent()
    except Exception as error:  # noqa: BLE001 (whatever a stranger's code raises is a finding)
        yield raised(subject, error, "demo.py")
        return
    client = trial.client()
    few, many = (_reached(trial, client, school) for school in ("few", "many"))
    for address in many.values():
        status = client.get(address).status_code
        if status >= _BROKEN:
            yield Fault(T("{page} answers {status}.", page=address, status=status))
    for endpoint in sorted(few.keys() & many.keys()):
        before, after = (_cost(trial, client, found[endpoint]) for found in (few, many))
        if after - before >= _MORE:
            yield Fault(
                T("{page}: {few} queries for {pupils} pupils, {many} for {more}.",
                  page=many[endpoint], few=before, pupils=PUPILS["few"], many=after,
                  more=PUPILS["many"])
            )  # fmt: skip
    yield from _of_a_child(trial, client)


def _cost(trial: Stage, client: FlaskClient, address: str) -> int:
    with trial.counted() as statements:
        client.get(address)
    return len(statements)


def _reached(trial: Stage, client: FlaskClient, school: str) -> dict[str, str]:
    """Return an address of each of the module's pages at a school, by endpoint.

    From the pages whose address is known every link of the module is followed, one of a kind.
    """
    told_of = _with_entries(trial, school)[:1]
    waiting = [*pages(trial, school), *(_tab(child, trial.module) for child in told_of)]
    found: dict[str, str] = {}
    for address in waiting:
        endpoint = _endpoint(trial, address)
        if endpoint and endpoint not in found:
            found[endpoint] = address
            answer = client.get(address)
            if answer.status_code == _OPEN and answer.mimetype == "text/html":
                waiting += [a for a in map(unescape, _LINK.findall(answer.text)) if _own(trial, a)]
    return {
        endpoint: address
        for endpoint, address in found.items()
        if f"/s/{school}/" in address or "/children/" in address
    }


def _own(trial: Stage, address: str) -> bool:
    return f"/m/{trial.module}" in address


def _endpoint(trial: Stage, address: str) -> str:
    """Return what answers an address; nothing for what only a form may be sent to."""
    try:
        endpoint, _values = trial.flask.url_map.bind("").match(address.partition("?")[0])
    except HTTPException:
        return ""
    return str(endpoint)


def _tab(child: UUID, module: str = "") -> str:
    return f"/c/{SLUG}/children/{child}/" + (f"?tab={module}" if module else "")


def _with_entries(trial: Stage, school: str) -> list[UUID]:
    """Return the pupils of a school of whom the module has written, who has least first."""
    kinds = [kind.name for kind in trial.registry.plugins[trial.module].module.entry_kinds]
    wanted = (
        select(Entry.child_id)
        .where(Entry.kind.in_(kinds), Entry.child_id.in_(trial.pupils[school]))
        .group_by(Entry.child_id)
        .order_by(func.count(), Entry.child_id)
    )
    with trial.inside(school) as ctx:
        return [child for child in ctx.session.scalars(wanted) if child is not None]


def _of_a_child(trial: Stage, client: FlaskClient) -> Iterator[Fault]:
    """Give a child what others have, as if they had been one, and look at its pages again."""
    children = _with_entries(trial, "many")
    if not children:
        return
    one, doubles = children[0], children[1 : 1 + _DOUBLES]
    places = [_tab(one), _tab(one, trial.module), f"{_tab(one)}timeline"]
    places += [place for place in pages(trial, "many", one) if f"/children/{one}/" in place]
    before = [_cost(trial, client, place) for place in places]
    with trial.inside("many") as ctx:
        rows = ctx.session.scalars(select(Child).where(Child.id.in_([one, *doubles])))
        by_id = {child.id: child for child in rows}
        for double in doubles:
            merge_into(ctx, by_id[double], stands=by_id[one])
    for place, few in zip(places, before, strict=True):
        many = _cost(trial, client, place)
        if many - few >= _MORE_OF_CHILD:
            yield Fault(
                T("{page}: {few} queries for a child with little, {many} with much.",
                  page=place, few=few, many=many)
            )  # fmt: skip
