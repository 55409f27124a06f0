"""The usual schemes, and the words for what schemes, rounds and children in them are."""

from __future__ import annotations

from dataclasses import dataclass

from app.sdk import Text
from plugins.subsidies.words import T

RATE, EACH = "rate", "each"
YEAR, MONTH, DAY, ONCE = "year", "month", "day", "once"
COMPULSORY = ("primary", "junior")
DIFFICULT = ("hardship", "orphan", "de_facto_unsupported", "disability")

UNITS: dict[str, Text] = {
    YEAR: T("per year"),
    MONTH: T("per month"),
    DAY: T("per school day"),
    ONCE: T("once"),
}
STAGES: dict[str, Text] = {
    "kindergarten": T("Kindergarten"),
    "primary": T("Primary school"),
    "junior": T("Junior school"),
}
BOARDING: dict[str, Text] = {"boarding": T("Boarder"), "day": T("Day pupil")}
AMOUNT_BY: dict[str, Text] = {
    RATE: T("By the rate tables"),
    EACH: T("Decided for each child"),
}
NEEDS: dict[str, Text] = {
    "hardship": T("Family in hardship"),
    "orphan": T("Orphan"),
    "de_facto_unsupported": T("De facto unsupported"),
    "disability": T("Disability"),
    "left_behind": T("Left-behind child"),
    "guardianship_gap": T("No guardian"),
}


_LIVING, _ALLOWANCE = T("Living subsidy"), T("Basic allowance")


@dataclass(frozen=True)
class Usual:
    """A scheme as it is usual; a centre takes it over and may change it."""

    code: str
    title: Text
    basis: Text
    unit: str
    needs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    boarding: str = ""
    amount_by: str = RATE
    goods: bool = False
    excludes: Text | None = None


USUAL = {
    scheme.code: scheme
    for scheme in (
        Usual("living_boarder", T("Living subsidy for boarders"),
              T("Two exemptions, one subsidy: children of families in hardship who board"),
              YEAR, DIFFICULT, COMPULSORY, "boarding", excludes=_LIVING),
        Usual("living_day", T("Living subsidy for day pupils"),
              T("Two exemptions, one subsidy: day pupils of four kinds of families, at half"),
              YEAR, DIFFICULT, COMPULSORY, "day", excludes=_LIVING),
        Usual("meals", T("Nutrition meals"),
              T("Nutrition improvement programme: each pupil of compulsory education"),
              DAY, (), COMPULSORY, goods=True),
        Usual("orphan", T("Basic allowance for orphans"),
              T("Orphans living with relatives; the province sets the rate"),
              MONTH, ("orphan",), excludes=_ALLOWANCE),
        Usual("de_facto", T("Basic allowance for de facto unsupported children"),
              T("At the local rate for orphans"),
              MONTH, ("de_facto_unsupported",), excludes=_ALLOWANCE),
        Usual("relief", T("Relief in need"),
              T("Sudden illness, accident, disaster: a sum for each case"),
              ONCE, ("hardship",), amount_by=EACH),
        Usual("donation", T("Donated aid"), T("Money given by donors for named purposes"),
              ONCE, ("hardship",), amount_by=EACH),
        Usual("gift", T("Visit with gifts"), T("Goods brought home at festivals, with their value"),
              ONCE, ("left_behind",), amount_by=EACH, goods=True),
        Usual("wish", T("Little wishes"), T("A child's wish that somebody fulfils"),
              ONCE, ("left_behind",), amount_by=EACH, goods=True),
    )
}  # fmt: skip

STATES: dict[str, Text] = {
    "proposed": T("Proposed"),
    "checked": T("Looked into"),
    "reviewed": T("Passed by the class"),
    "listed": T("On the school's list"),
    "approved": T("Approved"),
    "declined": T("Not passed"),
    "withdrawn": T("Withdrawn"),
    "reversed": T("Reversed"),
}
LIST_STATES: dict[str, Text] = {
    "published": T("Being published"),
    "submitted": T("With the centre"),
    "approved": T("Approved"),
    "returned": T("Sent back"),
    "withdrawn": T("Taken back"),
}
BATCH_STATES: dict[str, Text] = {
    "prepared": T("To be released"),
    "released": T("Being paid"),
    "closed": T("Paid out"),
    "cancelled": T("Called off"),
}
CHECKS: dict[str, Text] = {
    "form": T("Written application of the family"),
    "visit": T("Home visit"),
    "papers": T("Certificate seen"),
    "known": T("Listed by civil affairs or village"),
}
WAYS: dict[str, Text] = {"bank": T("By bank"), "hand": T("By hand")}
