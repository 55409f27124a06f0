"""What many commands take and print alike."""

from __future__ import annotations

import json

import click

CENTER = click.option("--center", required=True, metavar="SLUG", help="The centre's slug.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def print_json(found: object) -> None:
    """Print ``found`` as one JSON document, Chinese as it is."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))
