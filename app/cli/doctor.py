"""``qinchao doctor``: looks at every part of an installation and says what to mend."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from app.cli.checks import CHECKS, Finding, Patient
from app.cli.checks.finding import BAD, DOUBTFUL, GOOD
from app.cli.columns import padded, width
from app.cli.options import JSON
from app.cli.work import application
from app.config import Config
from app.db.session import db

_MARKS = {GOOD: "✓", DOUBTFUL: "!", BAD: "✗"}


@click.command()
@JSON
def doctor(as_json: bool) -> None:
    """Look whether the installation is well; status 1 when something must be mended."""
    with application() as flask:
        found = examine(flask)
        told = _document(found) if as_json else "\n".join(_lines(found))
    click.echo(told)
    if any(finding.state == BAD for finding in found.values()):
        sys.exit(1)


def examine(flask: Flask) -> dict[str, Finding]:
    """Run every check, by name; one that fails is a finding too."""
    config: Config = flask.extensions["qinchao_config"]
    owner = create_engine(config.owner_url) if config.owner_url else None
    services = flask.extensions
    patient = Patient(
        config, services["qinchao_registry"], db.engine, owner, services["qinchao_files"]
    )
    try:
        return {name: _asked(name, patient) for name in CHECKS}
    finally:
        if owner is not None:
            owner.dispose()


def _asked(name: str, patient: Patient) -> Finding:
    _title, check = CHECKS[name]
    try:
        return check(patient)
    except (SQLAlchemyError, RedisError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        return Finding(BAD, str(reason).strip().partition("\n")[0])


def _document(found: dict[str, Finding]) -> str:
    checks = [
        {
            "name": name,
            "title": str(CHECKS[name][0]),
            "state": finding.state,
            "told": str(finding.told),
            "todo": str(finding.todo) if finding.todo else None,
        }
        for name, finding in found.items()
    ]
    good = all(finding.state != BAD for finding in found.values())
    return json.dumps({"good": good, "checks": checks}, ensure_ascii=False, indent=1)


def _lines(found: dict[str, Finding]) -> list[str]:
    titles = {name: str(CHECKS[name][0]) for name in found}
    columns = max(map(width, titles.values()))
    lines = []
    for name, finding in found.items():
        title = padded(titles[name], columns)
        lines.append(f"{_MARKS[finding.state]} {title}  {finding.told}".rstrip())
        if finding.todo and finding.state != GOOD:
            lines.append(f"  {padded('', columns)}  → {finding.todo}")
    return lines
