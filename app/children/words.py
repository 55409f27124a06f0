"""What the stored words of children and their families are called on a page."""

from __future__ import annotations

from app.kernel.text import T, Text

SEXES: dict[str, Text] = {"male": T("Male"), "female": T("Female"), "unknown": T("Not known")}
BOARDING: dict[str, Text] = {
    "boarding": T("Boarder"),
    "day": T("Day pupil"),
    "lodging": T("Lodges nearby"),
    "other": T("Other"),
}
RELATIONS: dict[str, Text] = {
    "father": T("Father"),
    "mother": T("Mother"),
    "grandfather": T("Grandfather (father's side)"),
    "grandmother": T("Grandmother (father's side)"),
    "maternal_grandfather": T("Grandfather (mother's side)"),
    "maternal_grandmother": T("Grandmother (mother's side)"),
    "grandparent": T("Grandparent"),
    "sibling": T("Brother or sister"),
    "stepfather": T("Stepfather or adoptive father"),
    "stepmother": T("Stepmother or adoptive mother"),
    "relative": T("Relative"),
    "other": T("Other person"),
}
# The order is that of 民发〔2019〕62号 and its local additions.
CONDITIONS: dict[str, Text] = {
    "deceased": T("Deceased"),
    "missing": T("Missing"),
    "severe_disability": T("Severe disability"),
    "severe_illness": T("Severe illness"),
    "imprisoned": T("In prison or custody"),
    "compulsory_rehab": T("In compulsory rehabilitation"),
    "out_of_contact": T("Out of contact"),
    "guardianship_revoked": T("Guardianship revoked"),
    "deported": T("Deported"),
}
AWAY: dict[str, Text] = {
    "yes": T("Working away from home"),
    "no": T("At home"),
    "unknown": T("Not known"),
}
CAN_CARE: dict[str, Text] = {
    "yes": T("Can care for the child"),
    "no": T("Cannot care for the child"),
    "unknown": T("Not known"),
}
SCHEMES: dict[str, Text] = {
    "left_behind": T("Left behind"),
    "civil": T("Left behind (civil affairs)"),
    "orphan": T("Orphan"),
    "hardship": T("Family in hardship"),
    "disability": T("Disability"),
}
REASONS_IN: dict[str, Text] = {
    "enrolled": T("Enrolled"),
    "transfer": T("Came from another school"),
    "returned": T("Came back"),
}
REASONS_OUT: dict[str, Text] = {
    "graduated": T("Finished school"),
    "transfer": T("Transferred within the centre"),
    "moved": T("Moved to a school elsewhere"),
    "suspended": T("Suspended schooling"),
    "dropout": T("Dropped out"),
    "died": T("Died"),
    "double": T("Entered twice"),
    "other": T("Other"),
}


def relation_words(relation: str, note: str | None = None) -> str:
    """Return what an adult is to a child; a note says it more exactly."""
    return note or str(RELATIONS.get(relation, RELATIONS["other"]))
