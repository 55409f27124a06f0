"""Row-level security as data: a policy per role, without any OR (decision 0001).

A table's mixin names a *kind*; the kind gives the rules of each reach. Nobody writes a policy by
hand. Policies read the settings plainly: unbound is an error, an empty list sees nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from app.db.scope import Reach

CENTER = "center_id = current_setting('app.center_id')::uuid"
_SCHOOLS = "current_setting('app.school_ids')::uuid[]"
_CHILDREN = "current_setting('app.child_ids')::uuid[]"
_ACCOUNT = "current_setting('app.account_id')::uuid"

_IN_SCHOOLS = f"{CENTER} AND school_id = ANY ({_SCHOOLS})"
_OF_CHILDREN = f"{CENTER} AND child_id = ANY ({_CHILDREN})"
_OWN_ACCOUNT = f"{CENTER} AND account_id = {_ACCOUNT}"


@dataclass(frozen=True)
class Rule:
    """One policy: for ``command``, rows seen by ``using``; rows written must meet ``check``."""

    command: str
    using: str | None = None
    check: str | None = None

    def clauses(self) -> str:
        """Return the USING and WITH CHECK clauses."""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        return using + check


Rules = dict[Reach, tuple[Rule, ...]]


def _all(predicate: str) -> tuple[Rule, ...]:
    return (Rule("ALL", predicate, predicate),)


def _read(predicate: str) -> tuple[Rule, ...]:
    return (Rule("SELECT", predicate),)


def _through_guardianship(table: str, column: str) -> str:
    return (
        f"{CENTER} AND EXISTS (SELECT 1 FROM guardianship g WHERE g.center_id = {table}.center_id"
        f" AND g.guardian_id = {table}.{column})"
    )


def _own_guardian(table: str) -> str:
    return (
        f"{CENTER} AND EXISTS (SELECT 1 FROM guardian g WHERE g.center_id = {table}.center_id"
        f" AND g.id = {table}.guardian_id)"
    )


def _visible_entry(table: str) -> str:
    return (
        f"{_OF_CHILDREN} AND EXISTS (SELECT 1 FROM entry e WHERE e.center_id = {table}.center_id"
        f" AND e.id = {table}.id)"
    )


def _through_entry(table: str, column: str) -> str:
    return (
        f"{CENTER} AND EXISTS (SELECT 1 FROM entry e WHERE e.center_id = {table}.center_id"
        f" AND e.act_id = {table}.{column})"
    )


def _add_and_keep(seen: str, kept: str) -> tuple[Rule, ...]:
    """Anyone of the centre may add; only what ``kept`` covers may be changed."""
    return (
        Rule("SELECT", seen),
        Rule("INSERT", None, CENTER),
        Rule("UPDATE", kept, CENTER),
    )


_STAFF_HERE = (
    f"{CENTER} AND EXISTS (SELECT 1 FROM membership m WHERE m.center_id = staff.center_id"
    f" AND m.staff_id = staff.id AND m.school_id = ANY ({_SCHOOLS}))"
)
# A floor's rows are few (rules and their windows), so that an OR costs nothing here.
_OWN_OR_FLOOR = f"{CENTER} AND (school_id IS NULL OR school_id = ANY ({_SCHOOLS}))"
# A family reads the names of those who wrote what it may read.
_WROTE_TO_FAMILY = (
    f"{CENTER} AND EXISTS (SELECT 1 FROM entry e WHERE e.center_id = staff.center_id"
    f" AND e.child_id = ANY ({_CHILDREN}) AND staff.id IN (e.recorded_by_id, e.on_behalf_of_id))"
)
_PLACE = f"{CENTER} AND id = ANY ({_SCHOOLS})"
_SELF_CHILD = f"{CENTER} AND id = ANY ({_CHILDREN})"
_TO_FAMILY = f"{_OF_CHILDREN} AND audience = 'guardian'"
_GIVING_SCHOOL = f"{CENTER} AND from_school_id = ANY ({_SCHOOLS})"
_EITHER_SCHOOL = f"{CENTER} AND ARRAY[from_school_id, to_school_id] && {_SCHOOLS}"

# Anyone of the centre tells somebody something; only who was told reads it.
_TOLD = (Rule("ALL", _OWN_ACCOUNT, CENTER),)
# What somebody has chosen is known to the house and changed by nobody else.
_CHOSEN = (Rule("ALL", CENTER, _OWN_ACCOUNT),)

# kind -> (school reach, family reach); the centre's reach is always every row of the centre,
# except rows that belong to one person alone.
_KINDS: dict[str, Callable[[str], tuple[tuple[Rule, ...], tuple[Rule, ...]]]] = {
    "center": lambda _t: ((), ()),
    "center-read": lambda _t: (_read(CENTER), _read(CENTER)),
    "place": lambda _t: ((*_read(CENTER), Rule("UPDATE", _PLACE, _PLACE)), _read(CENTER)),
    "staff": lambda _t: (_add_and_keep(CENTER, _STAFF_HERE), _read(_WROTE_TO_FAMILY)),
    "school": lambda _t: (_all(_IN_SCHOOLS), ()),
    "floor": lambda _t: (
        (
            Rule("SELECT", _OWN_OR_FLOOR),
            Rule("INSERT", None, _IN_SCHOOLS),
            Rule("UPDATE", _IN_SCHOOLS, _IN_SCHOOLS),
            Rule("DELETE", _IN_SCHOOLS),
        ),
        (),
    ),
    "school-read": lambda _t: (_all(_IN_SCHOOLS), _read(_IN_SCHOOLS)),
    "child-self": lambda _t: (_all(_IN_SCHOOLS), _read(_SELF_CHILD)),
    "child": lambda _t: (_all(_IN_SCHOOLS), _read(_OF_CHILDREN)),
    "child-staff": lambda _t: (_all(_IN_SCHOOLS), ()),
    "child-family": lambda _t: (_all(_IN_SCHOOLS), _all(_OF_CHILDREN)),
    "entry": lambda _t: (_all(_IN_SCHOOLS), _read(_TO_FAMILY)),
    "record": lambda t: (_all(_IN_SCHOOLS), _read(_visible_entry(t))),
    "act": lambda t: (
        _add_and_keep(_through_entry(t, "id"), _through_entry(t, "id")),
        _read(_through_entry(t, "id")),
    ),
    "attachment": lambda t: (
        _add_and_keep(_through_entry(t, "act_id"), _through_entry(t, "act_id")),
        _read(_through_entry(t, "act_id")),
    ),
    "audit": lambda _t: (
        (Rule("SELECT", _IN_SCHOOLS), Rule("INSERT", None, CENTER)),
        (Rule("INSERT", None, CENTER),),
    ),
    "guardian-self": lambda t: (
        _add_and_keep(_through_guardianship(t, "id"), _through_guardianship(t, "id")),
        _read(_OWN_ACCOUNT),
    ),
    "guardian": lambda t: (
        _add_and_keep(
            _through_guardianship(t, "guardian_id"), _through_guardianship(t, "guardian_id")
        ),
        _read(_own_guardian(t)),
    ),
    # Only the school that has the child gives it away; accepting trusts the request.
    "transfer": lambda _t: (
        (
            Rule("SELECT", _EITHER_SCHOOL),
            Rule("INSERT", None, _GIVING_SCHOOL),
            Rule("UPDATE", _EITHER_SCHOOL, _EITHER_SCHOOL),
        ),
        (),
    ),
    "account": lambda _t: (_all(_OWN_ACCOUNT), _all(_OWN_ACCOUNT)),
    "notice": lambda _t: (
        _TOLD,
        (Rule("SELECT", _OWN_ACCOUNT), Rule("UPDATE", _OWN_ACCOUNT, _OWN_ACCOUNT)),
    ),
    "choice": lambda _t: (_CHOSEN, ()),
    "outbox": lambda _t: ((Rule("INSERT", None, CENTER),), ()),
}
_PERSONAL = {"account": _all(_OWN_ACCOUNT), "notice": _TOLD, "choice": _CHOSEN}


def rules_of(kind: str, table: str) -> Rules:
    """Return the policies of a table of ``kind``, per reach.

    Raises ``KeyError`` for a kind that does not exist.
    """
    school, family = _KINDS[kind](table)
    center = _PERSONAL.get(kind, _all(CENTER))
    return {Reach.CENTER: center, Reach.SCHOOL: school, Reach.FAMILY: family}


@dataclass(frozen=True)
class Security:
    """Everything about a table that the database must enforce.

    ``updatable`` limits UPDATE to some columns, ``append_only`` takes it away; DELETE is granted
    only to ``deletable`` tables; ``family_reads`` limits what families SELECT to some columns.
    ``grants`` ((what, role), …) and ``reason`` are for tables that belong to no centre.
    """

    table: str
    kind: str
    deletable: bool = False
    append_only: bool = False
    updatable: tuple[str, ...] = ()
    family_reads: tuple[str, ...] = ()
    grants: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    @property
    def is_global(self) -> bool:
        """Tell whether the table belongs to no centre."""
        return self.kind == "global"

    def statements(self) -> list[str]:
        """Return the SQL that secures the table, whatever its earlier state."""
        roles = ", ".join(["qinchao_app", *Reach])
        lines = [f"REVOKE ALL ON {self.table} FROM {roles}"]
        if self.is_global:
            lines += [f"GRANT {what} ON {self.table} TO {who}" for what, who in self.grants]
        else:
            lines.append(f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY")
            for reach, rules in rules_of(self.kind, self.table).items():
                lines += self._policies(reach, rules)
        note = f"{self.kind} {self.digest()}"
        lines.append(f"COMMENT ON CONSTRAINT pk_{self.table} ON {self.table} IS '{note}'")
        return lines

    def _policies(self, reach: Reach, rules: tuple[Rule, ...]) -> list[str]:
        commands = ("ALL", "SELECT", "INSERT", "UPDATE", "DELETE")
        lines = [f"DROP POLICY IF EXISTS {reach}_{c.lower()} ON {self.table}" for c in commands]
        lines += [
            f"CREATE POLICY {reach}_{rule.command.lower()} ON {self.table}"
            f" FOR {rule.command} TO {reach}{rule.clauses()}"
            for rule in rules
        ]
        granted = self._granted(reach, {rule.command for rule in rules})
        if granted:
            lines.append(f"GRANT {', '.join(granted)} ON {self.table} TO {reach}")
        return lines

    def _granted(self, reach: Reach, commands: set[str]) -> list[str]:
        whole = "ALL" in commands
        granted = [c for c in ("SELECT", "INSERT") if whole or c in commands]
        if reach is Reach.FAMILY and self.family_reads:
            granted = [f"SELECT ({', '.join(self.family_reads)})"]
        if (whole or "UPDATE" in commands) and not self.append_only:
            columns = f" ({', '.join(self.updatable)})" if self.updatable else ""
            granted.append(f"UPDATE{columns}")
        if self.deletable and (whole or "DELETE" in commands):
            granted.append("DELETE")
        return granted

    def digest(self) -> str:
        """Return a short hash of every statement's meaning, compared by ``alembic check``."""
        rules = [] if self.is_global else sorted(rules_of(self.kind, self.table).items())
        whole = (
            self.kind, self.deletable, self.append_only, self.updatable, self.family_reads,
            self.grants, rules,
        )  # fmt: skip
        return hashlib.sha256(repr(whole).encode()).hexdigest()[:12]
