"""What is invented about invented families: who is away, who can care, what forms said.

The kinds of a declaration and the facts about both parents never contradict each other, so that
the centre's sums are exactly those of demo.csv.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from app.children.roster.rows import RosterGuardian, RosterRow
from app.children.roster.words import UNKNOWN, YES
from app.kernel.grades import YEAR_STARTS, school_year

PARENTS = {"father": "male", "mother": "female"}
SOURCE = "roster"
_TRADES = ("建筑", "制衣", "电子", "快递", "餐饮", "家政", "装修", "物流")
_ILLNESSES = ("severe_illness", "severe_disability")
_HARDSHIPS = ("低保", "脱贫户", "低保边缘", "脱贫户", "低保", "特困", "突发困难")
_DISABILITIES = ("肢体", "听力", "视力", "智力", "言语")
# Shares of the schools' children, or of the parents concerned.
_ASKED, _HARDSHIP, _DISABILITY = 0.94, 0.09, 0.012
_UNABLE, _ABILITY_UNKNOWN, _OLD_FACT, _UNDATED = 0.05, 0.08, 0.15, 0.04


class FactMaker:
    """Makes facts; brothers and sisters share their family's hardship."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        self._hardship: dict[str, str] = {}
        self.declared_on = date(school_year(today), *YEAR_STARTS)

    def declarations(self, row: RosterRow) -> dict[str, str]:
        """Return what the form of this school year says of a child, by scheme."""
        said: dict[str, str] = {}
        kind = row.child.left_behind if row.child else UNKNOWN
        if kind != UNKNOWN:
            said |= {"left_behind": kind, "orphan": "no"}
        if self._happens(_ASKED):
            said["hardship"] = self._hardship_of(row)
            said["disability"] = self._one_of(_DISABILITIES, _DISABILITY)
        return said

    def status(self, adult: RosterGuardian, *, may_be_unable: bool) -> dict[str, Any]:
        """Return the dated fact about a parent, as columns of ``ParentStatus``."""
        away = adult.away == YES
        unable = not away and may_be_unable and self._happens(_UNABLE)
        confirmed = self._today - timedelta(days=self._age())
        # Away for at least three months, by the rule of the classification.
        since = confirmed - timedelta(days=self._random.randrange(120, 1600))
        return {
            "away": adult.away,
            "away_since": since if away and not self._happens(_UNDATED) else None,
            "place": adult.work_place,
            "work": self._random.choice(_TRADES) if away else None,
            "can_care": "no" if unable else self._ability(away=away),
            "condition": self._random.choice(_ILLNESSES) if unable else None,
            "confirmed_on": confirmed,
            "source": "staff",
        }

    def _age(self) -> int:
        """Return days since somebody confirmed it; some facts are older than a term."""
        return (250 if self._happens(_OLD_FACT) else 10) + self._random.randrange(60)

    def _ability(self, *, away: bool) -> str:
        return UNKNOWN if away or self._happens(_ABILITY_UNKNOWN) else YES

    def _hardship_of(self, row: RosterRow) -> str:
        family = row.guardians[0].id_number or ""
        if family not in self._hardship:
            self._hardship[family] = self._one_of(_HARDSHIPS, _HARDSHIP)
        return self._hardship[family]

    def _one_of(self, words: tuple[str, ...], share: float) -> str:
        return self._random.choice(words) if self._happens(share) else "none"

    def _happens(self, share: float) -> bool:
        return self._random.random() < share
