"""Where the texts behind the policies differ from each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.duties.cadence import Every
from app.duties.guide.markdown import heading, items, joined
from app.duties.policy import DutyRule, Policy
from app.duties.sentences import often, times, who
from app.kernel.text import T

READINGS = {"wu_ge_yi": "wu_ge_yi_full", "wu_ge_yi_full": "wu_ge_yi"}
"""Packs that read the same system differently."""

Packs = Mapping[str, Policy]


def differences(packs: Packs, key: str) -> list[str]:
    """Return the part about other texts that ask for the same otherwise; nothing without any."""
    found = [*_other_reading(packs, key), *_elsewhere(packs, key)]
    if not found:
        return []
    one = T("One act counts for every policy that asks for it.")
    return [heading(T("Where the texts differ")), items(found), str(one)]


def _other_reading(packs: Packs, key: str) -> list[str]:
    """Say what the other reading of the same system asks besides, or leaves out."""
    other = packs.get(READINGS.get(key, ""))
    if other is None:
        return []
    mine = {rule.key for rule in packs[key].duties}
    theirs = {rule.key for rule in other.duties}
    more = joined(rule.title for rule in other.duties if rule.key not in mine)
    less = joined(rule.title for rule in packs[key].duties if rule.key not in theirs)
    link = f"[{other.name}]({READINGS[key]}.md)"
    told = [
        T("{other} reads the same system: it also asks for {more}.", other=link, more=more)
        if more
        else None,
        T("{other} reads the same system without {less}.", other=link, less=less) if less else None,
    ]
    return [str(words) for words in told if words is not None]


def _elsewhere(packs: Packs, key: str) -> list[str]:
    """Say how often other packs ask for the same by the same people."""
    found = []
    for who_and_what in dict.fromkeys(_asked(rule) for rule in packs[key].duties):
        asked = {
            other: _rhythm(rule for rule in policy.duties if _asked(rule) == who_and_what)
            for other, policy in packs.items()
        }
        mine = asked.pop(key)
        differ = [
            f"[{packs[other].name}]({other}.md) {rhythm}"
            for other, rhythm in asked.items()
            if rhythm not in ("", mine) and other != READINGS.get(key)
        ]
        if differ:
            own = [rule for rule in packs[key].duties if _asked(rule) == who_and_what]
            words = T(
                "{title} ({who}): {mine} here; {others}.",
                title=joined(rule.title for rule in own), who=who(own[0]), mine=mine,
                others="；".join(differ),
            )  # fmt: skip
            found.append(str(words))
    return found


def _asked(rule: DutyRule) -> tuple[tuple[str, ...], str, str]:
    # Concerns come when they come: they have no rhythm to compare.
    return rule.entry, rule.by, "" if rule.every.every is not Every.CONCERN else rule.key


def _rhythm(rules: Iterable[DutyRule]) -> str:
    return joined(f"{often(r.every)}{times(r.min_times, r.max_times)}" for r in rules)
