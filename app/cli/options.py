"""What many commands take and print alike."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

CENTER = click.option("--center", required=True, metavar="SLUG", help="The centre's slug.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def print_json(found: object) -> None:
    """Print ``found`` as one JSON document, Chinese as it is."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


def print_found(found: object, lines: Sequence[str], *, as_json: bool) -> None:
    """Print ``found`` as JSON, or ``lines`` for people."""
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(lines))
