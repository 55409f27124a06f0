"""A demonstration centre of a test's own, smaller than the one that is shipped."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from uuid import uuid4

from flask import Flask

from app.cli.demo import TENANTS, center_id
from app.cli.tenants import carry_out, plan_folder
from app.cli.work import inside
from app.demo.load import Loading, load


def load_demonstration(
    app: Flask, within: Path, *, profile: str, share: int
) -> tuple[Loading, Path, int]:
    """Load the demonstration under a new name, its schools ``share`` times smaller.

    Returns how to work in the centre, the folder that declares it, and how many children it has.
    Needs an application context for whatever is done with it.
    """
    folder = within / f"demo{uuid4().hex[:8]}"
    shutil.copytree(TENANTS / "jinnan", folder)
    declared = folder / "center.toml"
    declared.write_text(declared.read_text().replace('slug = "jinnan"', f'slug = "{folder.name}"'))
    carry_out(app, plan_folder(app, folder))
    found = center_id(folder.name)
    assert found is not None
    loading = Loading(partial(inside, app), found, lambda *_: None)
    return loading, folder, load(loading, folder, profile=profile, share=share)
