"""A page for heads about each policy that comes with the house, written from the policy itself."""

from __future__ import annotations

from app.duties.calendar import DEFAULT_WRITE_UP_DAYS
from app.duties.guide.example import example
from app.duties.guide.markdown import either, heading, items, joined, table, text
from app.duties.guide.readings import Packs, differences
from app.duties.policy import DutyRule, Policy
from app.duties.sentences import often, sentence, times, who, whom_of
from app.duties.words import FAMILY
from app.host.registry import Registry
from app.kernel.text import T

_INDEX = "README.md"


def pages(registry: Registry, packs: Packs) -> dict[str, str]:
    """Return a page of Markdown for each pack and one that lists them, by the name of the file."""
    found = {f"{key}.md": _page(registry, packs, key) for key in packs}
    return {_INDEX: _index(registry, packs), **found}


def _index(registry: Registry, packs: Packs) -> str:
    heads = (T("Policy"), T("Slogan"), T("Duties"), T("Modules that must be on"))
    rows = [
        (
            f"[{policy.name}]({key}.md)", policy.slogan, str(len(policy.duties)),
            joined(_modules(registry, policy)),
        )
        for key, policy in packs.items()
    ]  # fmt: skip
    intro = T(
        "Each page below is written from the policy itself by “{command}”; change the policy, not "
        "the page.",
        command="qinchao duties pages",
    )
    title = T("Policies that come with the system")
    return text([f"# {title}", str(intro), table(heads, rows)])


def _page(registry: Registry, packs: Packs, key: str) -> str:
    policy, back = packs[key], T("All policies")
    parts = [
        f"# {policy.name}",
        f"> {policy.slogan}" if policy.slogan else "",
        policy.text.strip(),
        heading(T("What it asks")),
        items(f"**{rule.title}**：{sentence(rule)}。" for rule in policy.duties),
        heading(T("At a glance")),
        _glance(registry, policy),
        _counting(policy),
        heading(T("An example: November")),
        example(policy),
        *differences(packs, key),
        heading(T("Adopting and changing it")),
        _adopting(policy),
        heading(T("Modules that must be on")),
        _needs(registry, policy),
        f"[{back}]({_INDEX})",
    ]
    return text(parts)


def _glance(registry: Registry, policy: Policy) -> str:
    heads = (
        T("Duty"), T("Who owes it"), T("For whom"), T("How often"), T("Days of grace"),
        T("Counts when"),
    )  # fmt: skip
    rows = [
        (
            rule.title, str(who(rule)), str(whom_of(rule) or "—"),
            f"{often(rule.every)}{times(rule.min_times, rule.max_times)}", str(rule.grace_days),
            _counts(registry, rule),
        )
        for rule in policy.duties
    ]  # fmt: skip
    return table(heads, rows)


def _counts(registry: Registry, rule: DutyRule) -> str:
    kinds = [registry.entry_kinds.get(kind) for kind in rule.entry]
    titles = [str(kind.title) for kind in kinds if kind is not None]
    if not titles:
        return str(T("waits for its module"))
    return str(T("recorded as {kinds}", kinds=either(titles)))


def _counting(policy: Policy) -> str:
    told = [
        T(
            "It counts when it took place in its window or the days of grace and is written down "
            "within {n} days. A try that reached nobody is kept on record, but is not done.",
            n=DEFAULT_WRITE_UP_DAYS,
        )
    ]
    if any(rule.by in FAMILY for rule in policy.duties):
        told.append(T("What the family owes stands on the class teacher's list."))
    return "\n".join(str(words) for words in told)


def _adopting(policy: Policy) -> str:
    steps = (
        T("Open “Policies” in the menu (centre: for all schools; school: its own besides)."),
        T("Choose “{name}” under “Could be kept”.", name=policy.name),
        T("Read what it would mean: how many contacts a month, and who would have too much."),
        T("Set the day it begins, then “Keep this policy”."),
    )
    numbered = "\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))
    changing = T(
        "Later “Change” edits duties, days of grace and numbers, with the same preview. A change "
        "begins today or later; what began before is judged by what was asked then. “Stop keeping” "
        "ends it; what is open stays owed."
    )
    return f"{numbered}\n\n{changing}"


def _needs(registry: Registry, policy: Policy) -> str:
    return items(_modules(registry, policy)) or str(T("None: the system itself records it."))


def _modules(registry: Registry, policy: Policy) -> list[str]:
    names = dict.fromkeys(
        registry.kind_module.get(kind, kind.partition(".")[0])
        for rule in policy.duties
        for kind in rule.entry
    )
    return [_module(registry, name) for name in names if name]


def _module(registry: Registry, name: str) -> str:
    if name in registry.plugins:
        return str(registry.plugins[name].module.title)
    return str(T("{name} (not installed yet: its duties wait for it)", name=f"`{name}`"))
