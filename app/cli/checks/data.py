"""What is stored: files, the keys of encrypted fields, the catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, LargeBinary, Table, func, select, type_coerce

from app.children.models import GuardianPhone
from app.cli.checks.finding import BAD, DOUBTFUL, GOOD, NOT_ASKED, Finding, Patient
from app.cli.i18n import domains
from app.db.base import Base
from app.db.sealed import Sealed, blind, keys
from app.kernel.text import T

_NOBODY = UUID(int=0)
_SAMPLE = 20


def files_writable(patient: Patient) -> Finding:
    """Look whether a file can be written, read back and removed."""
    try:
        key = patient.files.put(_NOBODY, "doctor", b"well?")
        well = patient.files.get(key) == b"well?"
        patient.files.remove(key)
    except OSError as error:
        return Finding(BAD, str(error), T("Look at QINCHAO_FILES and the disk."))
    place = patient.config.files_url or str(patient.config.data / "files")
    return Finding(GOOD if well else BAD, place)


def files_are_there(patient: Patient) -> Finding:
    """Look whether the newest files that the database names can be read."""
    if patient.owner is None:
        return NOT_ASKED
    lost, seen = 0, 0
    with patient.owner.connect() as connection:
        for key in _file_keys(connection):
            seen += 1
            try:
                patient.files.get(key)
            except (OSError, KeyError, InvalidTag):
                lost += 1
    told = T("{n} of the newest looked at, {lost} cannot be read", n=seen, lost=lost)
    if lost:
        todo = T("Restore the file store from the backup of the same day as the database.")
        return Finding(BAD, told, todo)
    return Finding(GOOD, told)


def _file_keys(connection: Connection) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        column = table.c.get("storage_key")
        if column is not None:
            newest = select(column).where(column.is_not(None)).order_by(table.c.id.desc())
            yield from connection.execute(newest.limit(_SAMPLE)).scalars()


def keys_fit(patient: Patient) -> Finding:
    """Look whether the key ring opens what is stored, for each field and each key in use."""
    if patient.owner is None:
        return NOT_ASKED
    wrong, used = set(), set()
    with patient.owner.connect() as connection:
        for table, name, purpose in _sealed():
            for number, stored in _one_of_each_key(connection, table, name):
                used.add(number)
                try:
                    keys().open(bytes(stored), purpose)
                except (KeyError, InvalidTag):
                    wrong.add((number, table.name))
        foreign = not wrong and not _index_fits(connection)
    if foreign:
        told = T("the key of the search indexes is another one: no number is found")
        return Finding(BAD, told, T("Put the lost key back into QINCHAO_KEYS."))
    if not wrong:
        return Finding(GOOD, T("keys in use: {n}", n=", ".join(map(str, sorted(used)))))
    told = T(
        "key {numbers} is missing or another one: {tables}",
        numbers=", ".join(str(n) for n in sorted({n for n, _ in wrong})),
        tables=", ".join(sorted({t for _, t in wrong})),
    )
    return Finding(BAD, told, T("Put the lost key back into QINCHAO_KEYS."))


def _index_fits(connection: Connection) -> bool:
    newest = select(GuardianPhone.number, GuardianPhone.number_index)
    found = connection.execute(newest.order_by(GuardianPhone.id.desc()).limit(1)).first()
    return found is None or blind(found.number, "phone") == bytes(found.number_index)


def _sealed() -> Iterator[tuple[Table, str, str]]:
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Sealed):
                yield table, column.name, column.type.purpose


def _one_of_each_key(connection: Connection, table: Table, name: str) -> list[tuple[int, Any]]:
    raw = type_coerce(table.c[name], LargeBinary)
    number = func.get_byte(raw, 0)
    sample = func.min(func.encode(raw, "base64"))
    wanted = select(number, func.decode(sample, "base64")).where(raw.is_not(None)).group_by(number)
    return [(int(n), stored) for n, stored in connection.execute(wanted)]


def catalogues(patient: Patient) -> Finding:  # noqa: ARG001 (all checks are asked alike)
    """Look whether every catalogue is compiled and not older than its text."""
    stale = []
    for name, catalogue in domains().items():
        text = catalogue.po
        if not text.is_file():
            continue
        compiled = 0.0
        with suppress(FileNotFoundError):
            compiled = text.with_suffix(".mo").stat().st_mtime
        if compiled < text.stat().st_mtime:
            stale.append(name)
    if stale:
        told = T("not compiled: {names}", names=", ".join(stale))
        return Finding(DOUBTFUL, told, T("Run “qinchao i18n compile”."))
    return Finding(GOOD, ", ".join(domains()))
