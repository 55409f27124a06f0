"""Reading a policy from TOML; every refusal names its line and what may stand there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from app.duties.cadence import Cadence, Every, parse_cadence
from app.duties.policy import DutyRule, Policy
from app.duties.problems import PolicyRefused, Problem
from app.duties.table import Table
from app.duties.toml_lines import Place, key_lines
from app.duties.words import FAMILY, GROUPS, OF_CHILDREN, PERFORMERS, SUBJECTS
from app.kernel.text import T

POLICY_KEYS = ("name", "slogan", "text", "duty")
DUTY_KEYS = (
    *("key", "title", "entry", "by", "subject", "for", "every"),
    *("times", "min", "max", "grace_days", "from", "until", "grades"),
)
_MOST_LINES, _MOST_CHARACTERS = 1000, 50_000
_MOST_TIMES = 366
_MOST_GRACE = 366
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_ENTRY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_policy(path: Path) -> Policy:
    """Read a pack from a file. Raises :class:`PolicyRefused` with every problem it has."""
    try:
        return parse_policy(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise PolicyRefused([Problem(0, T("{file} is missing.", file=path.name))]) from error
    except UnicodeDecodeError as error:
        reason = T("{file} is not UTF-8: save it as UTF-8.", file=path.name)
        raise PolicyRefused([Problem(0, reason)]) from error


def read_packs(folder: Path) -> dict[str, Policy]:
    """Read the packs of a folder by the name of their file, in alphabetical order."""
    return {path.stem: read_policy(path) for path in sorted(folder.glob("*.toml"))}


def parse_policy(content: str) -> Policy:
    """Read a policy from text. Raises :class:`PolicyRefused` with every problem it has."""
    return policy_of(_toml(content), key_lines(content, "duty"))


def policy_of(found: dict[str, Any], lines: dict[Place, int]) -> Policy:
    """Return the policy of a pack's values; ``lines`` says where each stands, for problems.

    Raises :class:`PolicyRefused` with every problem it has.
    """
    problems: list[Problem] = []
    head = Table(found, lines, None, problems)
    head.only(POLICY_KEYS)
    policy = Policy(
        name=head.text("name", most=40),
        slogan=head.text("slogan", needed=False),
        text=head.text("text", needed=False, most=4000),
        duties=_duties(head, found.get("duty", [])),
    )
    if problems:
        raise PolicyRefused(problems)
    return policy


def _toml(content: str) -> dict[str, Any]:
    if content.count("\n") > _MOST_LINES or len(content) > _MOST_CHARACTERS:
        reason = T("The policy is longer than {n} lines of text.", n=_MOST_LINES)
        raise PolicyRefused([Problem(0, reason)])
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        line = int(place[1]) if place and place[1] else content.count("\n") + 1
        why = _AT_LINE.sub("", str(error))
        reason = T("this is not written as TOML asks ({why})", why=why)
        raise PolicyRefused([Problem(line, reason)]) from error
    except RecursionError as error:
        rows = content.split("\n")
        deepest = max(range(len(rows)), key=lambda n: rows[n].count("[") + rows[n].count("{"))
        reason = T("this is not written as TOML asks ({why})", why="[[[…]]]")
        raise PolicyRefused([Problem(deepest + 1, reason)]) from error


def _duties(head: Table, found: object) -> tuple[DutyRule, ...]:
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        head.complain("duty", T("begin each duty with a line [[duty]]"))
        return ()
    if not found:
        head.complain("duty", T("there is no duty: begin each with a line [[duty]]"))
    tables = [Table(item, head.lines, n, head.problems) for n, item in enumerate(found)]
    rules = [_duty(table) for table in tables]
    first: dict[str, Table] = {}
    for table, rule in zip(tables, rules, strict=True):
        earlier = first.setdefault(rule.key, table)
        if rule.key and earlier is not table:
            line = earlier.line("key")
            why = T("“{key}” is already the key on line {line}", key=rule.key, line=line)
            table.complain("key", why)
    return tuple(rules)


def _duty(table: Table) -> DutyRule:
    table.only(DUTY_KEYS)
    subject = table.word("subject", SUBJECTS, "child")
    low, high = _times(table)
    rule = DutyRule(
        key=table.match("key", _KEY, T("small letters, digits and _, like home_visit")),
        title=table.text("title", most=40),
        entry=table.matches("entry", _ENTRY, T("kinds of entries, like home_contact.visit")),
        by=table.word("by", PERFORMERS),
        every=_cadence(table),
        subject=subject,
        covers=table.words("for", GROUPS, None if subject in OF_CHILDREN else ("all",)),
        min_times=low,
        max_times=high,
        grace_days=table.number("grace_days", 0, _MOST_GRACE, 0),
        from_=table.day("from"),
        until=table.day("until"),
        grades=table.numbers("grades", 1, 9),
    )
    _check_together(table, rule)
    return rule


def _cadence(table: Table) -> Cadence:
    word = table.text("every")
    found = parse_cadence(word) if word else Cadence(Every.DAY)
    if isinstance(found, Cadence):
        return found
    table.complain("every", found)
    return Cadence(Every.DAY)


def _times(table: Table) -> tuple[int, int | None]:
    """Return the fewest and most times: ``times`` is both, ``min`` alone has no upper end."""
    if "min" not in table and "max" not in table:
        times = table.number("times", 1, _MOST_TIMES, 1)
        return times, times
    if "times" in table:
        table.complain("times", T("“times” says it all: leave out “min” and “max”"))
    if "min" not in table:
        table.complain("max", T("“max” needs “min”: how often at least?"))
    low = table.number("min", 1, _MOST_TIMES, 1)
    high = table.number("max", 1, _MOST_TIMES, low) if "max" in table else None
    if high is not None and high < low:
        table.complain("max", T("“max” {high} is less than “min” {low}", high=high, low=low))
    return low, high


def _check_together(table: Table, rule: DutyRule) -> None:
    if rule.from_ and rule.until and rule.until < rule.from_:
        table.complain("until", T("“until” is before “from”"))
    if rule.every.every in (Every.BIRTHDAY, Every.CONCERN) and rule.subject != "child":
        why = T("“{word}” is about a child: subject must be child", word=rule.every)
        table.complain("every", why)
    if rule.by in (*FAMILY, "mentor") and rule.subject not in OF_CHILDREN:
        allowed = ", ".join(OF_CHILDREN)
        why = T("what “{by}” owes is about a child: write {allowed}", by=rule.by, allowed=allowed)
        table.complain("subject", why)
