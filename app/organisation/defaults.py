"""What a centre begins with: usual bodies and posts, subjects, wording of letters. Data, no code.

The files lie in ``tenants/_organisation``; whatever they say can be changed on the pages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "tenants" / "_organisation"


@dataclass(frozen=True)
class PostPlan:
    """A usual post; ``duties`` has one duty a line."""

    title: str
    duties: str
    leads: bool


@dataclass(frozen=True)
class BodyPlan:
    """A usual body with its posts."""

    title: str
    posts: tuple[PostPlan, ...]


@dataclass(frozen=True)
class LetterText:
    """The wording of a kind of letter, with blanks in 【】."""

    title: str
    text: str


@cache
def structure(place: str) -> tuple[BodyPlan, ...]:
    """Return the usual bodies of a ``school`` or of the ``center``."""
    found = _read(f"{place}.toml")
    return tuple(
        BodyPlan(
            body["title"],
            tuple(
                PostPlan(post["title"], post.get("duties", "").strip(), post.get("leads", False))
                for post in body["post"]
            ),
        )
        for body in found["body"]
    )


@cache
def usual_subjects(stage: str) -> tuple[str, ...]:
    """Return the subjects usually taught in a stage (primary, junior, kindergarten)."""
    return tuple(_read("subjects.toml").get(stage, ()))


@cache
def usual_letters() -> dict[str, LetterText]:
    """Return the usual wording by kind of letter."""
    return {
        kind: LetterText(found["title"], found["text"].strip())
        for kind, found in _read("letters.toml").items()
    }


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
