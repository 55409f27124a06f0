"""What a new module is about, read from a short TOML file, or sensible values for all of it."""

from __future__ import annotations

import keyword
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.kernel.errors import Refused
from app.kernel.text import T

KINDS = ("text", "long_text", "number", "date", "choice", "yes_no")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")
MOST = 999_999
LONGEST_TITLE, LONGEST_RECORD = 30, 24
_LONGEST_NAME, _LONGEST_SUMMARY = 30, 80
# Names that the tables, the forms and the ledger use themselves.
_TAKEN = frozenset(
    ("id", "center_id", "school_id", "child_id", "happened_on", "reason", "metadata", "registry",
     "data", "errors", "validate", "told", "populate_obj", "meta", "csrf_token", "title", "entry")
)  # fmt: skip
# A module stands beside these packages when it is installed from a wheel.
_PACKAGES = sys.stdlib_module_names | {"app", "plugins", "tests", "migrations"}
_UNFIT = frozenset("\"'\\{}%<>\n")
_KEYS = {"title", "summary", "record", "class", "icon", "families_read", "every", "by", "fields"}
_FIELD_KEYS = {
    "name", "kind", "title", "required", "unit", "min", "max", "decimals", "options",
}  # fmt: skip


@dataclass(frozen=True)
class Title:
    """Words in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class FieldSpec:
    """One thing that is written down; ``low`` and ``high`` are a number's limits, both included."""

    name: str
    kind: str
    title: Title
    required: bool = False
    unit: Title | None = None
    low: int = 0
    high: int = MOST
    decimals: int = 0
    options: tuple[tuple[str, Title], ...] = ()


@dataclass(frozen=True)
class ModuleSpec:
    """A module about one kind of record of a child.

    ``cls`` is the name of its class. ``every`` and ``by`` are the example duty's window and who
    owes it, as policies write them.
    """

    name: str
    title: Title
    summary: Title
    record: Title
    cls: str
    icon: str = "journal-text"
    families_read: bool = True
    every: str = "term"
    by: str = "homeroom_teacher"
    fields: tuple[FieldSpec, ...] = field(default=())


def default_spec(name: str) -> ModuleSpec:
    """Return a module of that name with a text, a choice and a remark, to begin with."""
    words = demand_name(name).replace("_", " ")
    options = (("open", Title("Open", "进行中")), ("done", Title("Done", "已完成")))
    return ModuleSpec(
        name=name,
        title=Title(words.capitalize(), f"{words} 登记"),
        summary=Title("What was done for each child, written down and listed.",
                      "为每个儿童做了什么，登记并成表。"),
        record=Title("Record", "记录"),
        cls="Record",
        fields=(
            FieldSpec("subject", "text", Title("Subject", "事项"), required=True),
            FieldSpec("state", "choice", Title("State", "进展"), required=True, options=options),
            FieldSpec("remark", "long_text", Title("Remark", "备注")),
        ),
    )  # fmt: skip


def read_spec(name: str, path: Path) -> ModuleSpec:
    """Read a module's spec; raises :class:`Refused` saying where it is wrong and what is right."""
    demand_name(name)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(T("{file} is no TOML: {error}", file=path.name, error=str(error))) from error
    return spec_of(name, found)


def spec_of(name: str, found: Mapping[str, Any]) -> ModuleSpec:
    """Return the spec that a TOML document describes."""
    _only(found, _KEYS, "")
    words = demand_name(name).replace("_", " ").capitalize()
    title = _title(found, "title", Title(words, f"{words} 登记"))
    record = _title(found, "record", Title("Record", "记录"), LONGEST_RECORD)
    cls = str(found.get("class", "".join(part.capitalize() for part in record.en.split())))
    if not _CLASS.fullmatch(cls) or len(cls) > 24:
        raise _wrong("class", T("a name like Loan, of at most 24 letters"))
    fields = tuple(_field(at, one) for at, one in enumerate(found.get("fields", []), start=1))
    if not fields:
        raise _wrong("fields", T("at least one [[fields]] with name, kind and title"))
    names = [one.name for one in fields]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice:
        raise _wrong(f"fields.{twice}", T("each name once"))
    return ModuleSpec(
        name=name,
        title=title,
        summary=_title(
            found,
            "summary",
            Title(f"{record.en} of each child, written down and listed.",
                  f"为每个儿童登记{record.zh}，并成表。"),
            _LONGEST_SUMMARY,
        ),
        record=record,
        cls=cls,
        icon=_text(found, "icon", "journal-text"),
        families_read=_bool(found, "families_read", default=True),
        every=_text(found, "every", "term"),
        by=_text(found, "by", "homeroom_teacher"),
        fields=fields,
    )  # fmt: skip


def demand_name(name: str) -> str:
    """Return a module's name if it is one; raises :class:`Refused`."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or keyword.iskeyword(name):
        raise Refused(
            T("{name} is no name for a module: small letters, digits and _, like library_loans, "
              "at most 30.", name=name)
        )  # fmt: skip
    if name in _PACKAGES:
        raise Refused(T("{name} is the name of another Python package: take another.", name=name))
    return name


def _field(at: int, found: Any) -> FieldSpec:
    where = f"fields[{at}]"
    if not isinstance(found, Mapping):
        raise _wrong(where, T("a table with name, kind and title"))
    _only(found, _FIELD_KEYS, f"{where}.")
    name, kind = str(found.get("name", "")), str(found.get("kind", "text"))
    if not _NAME.fullmatch(name) or len(name) > 20 or name in _TAKEN or keyword.iskeyword(name):
        raise _wrong(f"{where}.name", T("small letters, digits and _; some names are taken, as id"))
    if kind not in KINDS:
        raise _wrong(f"{where}.kind", T("one of {kinds}", kinds=", ".join(KINDS)))
    title = _title(found, "title", Title(name.replace("_", " ").capitalize(), name), where=where)
    one = FieldSpec(
        name,
        kind,
        title,
        required=_bool(found, "required", default=at == 1),
        unit=_title(found, "unit", None, where=where) if "unit" in found else None,
        low=_whole(found, "min", where, 0),
        high=_whole(found, "max", where, MOST),
        decimals=_whole(found, "decimals", where, 0),
        options=_options(found, where) if kind == "choice" else (),
    )
    if kind != "number" and {"unit", "min", "max", "decimals"} & set(found):
        raise _wrong(where, T("only a number has unit, min, max and decimals"))
    _demand_limits(one, where)
    return one


def _demand_limits(one: FieldSpec, where: str) -> None:
    if one.low > one.high:
        raise _wrong(f"{where}.min", T("not above max"))
    if max(abs(one.low), abs(one.high)) > MOST:
        raise _wrong(where, T("limits of at most six digits"))
    if not 0 <= one.decimals <= 3:
        raise _wrong(f"{where}.decimals", T("0 to 3"))


def _options(found: Mapping[str, Any], where: str) -> tuple[tuple[str, Title], ...]:
    given = found.get("options")
    if not isinstance(given, Mapping) or len(given) < 2:
        raise _wrong(f"{where}.options", T('two or more, like good = ["Good", "好"]'))
    for key in given:
        if not _NAME.fullmatch(key):
            raise _wrong(f"{where}.options.{key}", T("small letters, digits and _"))
    return tuple((key, _title(given, key, None, where=f"{where}.options")) for key in given)


def _title(
    found: Mapping[str, Any],
    key: str,
    default: Title | None,
    longest: int = LONGEST_TITLE,
    *,
    where: str = "",
) -> Title:
    place = f"{where}.{key}" if where else key
    value = found.get(key)
    if value is None and default is not None:
        return default
    return demand_title(place, value, longest)


def demand_title(place: str, value: object, longest: int = LONGEST_TITLE) -> Title:
    """Return two words as a title; raises :class:`Refused` naming ``place`` for anything else."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_words, value)):
        raise _wrong(
            place, T('two texts without quotation marks, English and Chinese: ["Book", "书名"]')
        )
    if max(map(len, value)) > longest:
        raise _wrong(place, T("at most {count} letters", count=longest))
    return Title(*value)


def _is_words(value: object) -> bool:
    """Tell whether it is a text that stands in code and in templates as it is."""
    return isinstance(value, str) and bool(value.strip()) and not set(value) & _UNFIT


def _text(found: Mapping[str, Any], key: str, default: str) -> str:
    value = found.get(key, default)
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_:-]{1,40}", value):
        raise _wrong(key, T("a word like {example}", example=default))
    return value


def _bool(found: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = found.get(key, default)
    if not isinstance(value, bool):
        raise _wrong(key, T("true or false"))
    return value


def _whole(found: Mapping[str, Any], key: str, where: str, default: int) -> int:
    value = found.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(f"{where}.{key}", T("a whole number"))
    return value


def _only(found: Mapping[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(found) - known)
    if strange:
        raise _wrong(f"{where}{strange[0]}", T("one of {kinds}", kinds=", ".join(sorted(known))))


def _wrong(place: str, right: object) -> Refused:
    return Refused(T("{place}: right is {right}.", place=place, right=str(right)))
