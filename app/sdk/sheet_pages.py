"""The pages of a sheet import: the form, what a sheet says, what its columns mean.

``sheet_import.html`` shows it: ``preview(shown, write_url, columns_url, back)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from app.children.models import ImportBatch
from app.edge.current import ctx
from app.jobs.models import Job
from app.kernel.text import Text
from app.sdk.sheet_import import SheetImport, target_of
from app.sdk.sheet_rows import WHO


class SheetForm(FlaskForm):  # type: ignore[misc]
    """Send a spreadsheet."""

    file = FileField(
        _("Spreadsheet (.xlsx, .xls or .csv)"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )


@dataclass(frozen=True)
class ShownImport:
    """A sheet as its page shows it; ``meanings`` are what a column may be taken for."""

    batch: ImportBatch
    meanings: Sequence[tuple[str, Text]]
    job: Job | None

    @property
    def report(self) -> dict[str, Any]:
        """Return what was found."""
        return self.batch.report

    def title_of(self, key: str) -> Text | str:
        """Return what a value of the sample is."""
        return dict(self.meanings).get(key, key)

    @property
    def unknown(self) -> list[str]:
        """Return the headings that mean nothing here."""
        sheets = self.report["sheets"]
        return [text for sheet in sheets for _column, text, key in sheet["heads"] if not key]


def shown_import(spec: SheetImport, batch: ImportBatch) -> ShownImport:
    """Return a batch for its page; one query while a job works at it."""
    fields = [*WHO, *spec.writer(ctx(), target_of(batch)).fields]
    meanings = {one.key: one.title for one in fields}
    job = ctx().session.scalar(select(Job).where(Job.id == batch.job_id)) if batch.job_id else None
    own = job if job is not None and job.account_id == ctx().actor.account_id else None
    return ShownImport(batch, list(meanings.items()), own)


def chosen_columns(batch: ImportBatch, form: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """Return what somebody chose each column to mean; a meaning given twice counts once."""
    found: dict[str, dict[int, str]] = {}
    for at, sheet in enumerate(batch.report["sheets"]):
        kept = found[sheet["name"]] = {}
        for column, _text, key in sheet["heads"]:
            wanted = form.get(f"column.{at}.{column}", key)
            kept[column] = "" if wanted in kept.values() else wanted
    return found
