"""Building what browsers and printers need."""

from __future__ import annotations

import click

from app.cli.i18n import compile_all
from app.runtime.places import PROJECT
from app.web.assets import build as build_assets


@click.group()
def assets() -> None:
    """Front-end files, fonts and compiled translations."""


@assets.command()
def build() -> None:
    """Fetch the front-end packages and compile the translations."""
    build_assets(PROJECT)
    compile_all()
