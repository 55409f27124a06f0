"""The items of a check, in their order, and looking at them one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T
from app.kit.check import costs, declaring, reading, trying
from app.kit.check.findings import FAILED, OK, SKIPPED, Fault, Item, Result
from app.kit.check.subject import Subject

ITEMS = (
    Item(
        "manifest", T("Manifest and version range"),
        T("Declare MODULE in manifest.py, as docs/first-plugin.md shows; hooks stand in "
          "plugin.py."),
        declaring.manifest,
    ),
    Item(
        "imports", T("Imports only app.sdk"),
        T("Import from app.sdk at the head of the file. What is missing there is asked for, not "
          "taken from the core; another module is heard through the ledger and events."),
        reading.imports,
    ),
    Item(
        "tables", T("Tables belong to somebody"),
        T("Give each model a mixin of app.sdk and a __tablename__ that begins with the module's "
          "name; refer with ref(), make unique with unique()."),
        declaring.tables, ("manifest",),
    ),
    Item(
        "routes", T("Routes say who may open them"),
        T("Put @permission(…) right above the function, or @signed_in with a reason."),
        declaring.routes, ("manifest",),
    ),
    Item(
        "module_off", T("Off means gone everywhere"),
        T("Take part through hooks and the manifest alone; ask for the module's own permissions."),
        trying.module_off, ("manifest", "tables", "routes", "migrations"),
    ),
    Item(
        "migrations", T("Migrations go up, down and up"),
        T("Write a version with “qinchao db revision NAME \"what\"”, read it, and try it."),
        trying.migrations, ("manifest", "tables"),
    ),
    Item(
        "translations", T("Chinese is complete"),
        T("Run “qinchao i18n missing”, write the Chinese, run “qinchao i18n fill FILE”."),
        reading.translations,
    ),
    Item(
        "personal_data", T("Data of a person can be copied and erased"),
        T("Describe each table of a child or guardian in the manifest's `personal`; what no table "
          "tells, give by export_personal_data and erase_personal_data."),
        declaring.personal_data, ("manifest",),
    ),
    Item(
        "audience", T("It is said and tested who reads"),
        T("Give each EntryKind its audience, and test what families read and what they do not."),
        reading.audience,
    ),
    Item(
        "queries", T("No query for each row"),
        T("Read all rows of a page with the same queries: join, or one IN for all."),
        costs.queries, ("manifest", "tables", "routes", "migrations"),
    ),
    Item(
        "templates", T("Templates and static files"),
        T("Put them into templates/NAME/ and static/NAME/; scripts and styles are files, texts "
          "stand in the catalogue."),
        reading.templates,
    ),
    Item(
        "documents", T("README and documentation"),
        T("Write README.md: what the module is for, what it keeps, where things stand."),
        reading.documents,
    ),
    Item(
        "tests", T("Tests"),
        T("Put tests into tests/test_….py; they say what people can rely on."),
        reading.tests,
    ),
)  # fmt: skip
# What starts servers comes last, and what tells why it fails comes first.
_ORDER = sorted(ITEMS, key=lambda item: (len(item.needs), item.key == "module_off"))


def look_at(path: Path, only: Collection[str] = ()) -> list[Result]:
    """Look at the plugin in a folder; return each item as it was found, in the order of ITEMS.

    ``only`` names items to look at, with what they need; by default all. Raises
    :class:`Refused` when the folder is none of a plugin or an item is unknown.
    """
    known = {item.key: item for item in ITEMS}
    for key in only:
        if key not in known:
            raise Refused(T("There is no item {name}; there are: {names}", name=key,
                            names=", ".join(known)))  # fmt: skip
    if not (path / "manifest.py").is_file() and not (path / "plugin.py").is_file():
        raise Refused(T("{folder} is no plugin: it has no manifest.py.", folder=str(path)))
    wanted = set(only or known)
    needed = {name for key in wanted for name in known[key].needs}
    subject = Subject(path)
    found: dict[str, Result] = {}
    with subject.ends:
        for item in _ORDER:
            if item.key in wanted | needed:
                found[item.key] = _looked(subject, item, found)
    return [found[item.key] for item in ITEMS if item.key in wanted]


def _looked(subject: Subject, item: Item, before: dict[str, Result]) -> Result:
    failed = [name for name in item.needs if before[name].state != OK]
    if failed:
        what = T("Not looked at, as this failed: {names}", names=", ".join(failed))
        return Result(item, SKIPPED, [Fault(what)])
    faults = list(_faults(subject, item))
    return Result(item, FAILED if faults else OK, faults)


def _faults(subject: Subject, item: Item) -> Iterator[Fault]:
    try:
        yield from item.look(subject)
    except SyntaxError as error:
        yield Fault(f"SyntaxError: {error.msg}", error.filename or "", error.lineno or 0)
