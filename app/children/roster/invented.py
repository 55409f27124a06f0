"""Children and families that do not exist, for demonstrations, tests and measurements.

Identity numbers carry the place 990101, which no office issues, with right check characters;
telephone numbers begin with 1990000. The same seed always gives the same people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from app.children.roster.rows import RosterChild, RosterGuardian, RosterRow, SchoolHint
from app.children.roster.words import BOTH, FEMALE, MALE, NO, NONE, ONE, UNKNOWN, YES
from app.kernel.grades import HomeroomKey, Stage, intake_of, school_year, years
from app.kernel.national_id import check_character

PLACE = "990101"
SIBLINGS = 0.12  # share of children who have a brother or sister in the same school
FIRST_AGE = {Stage.KINDERGARTEN: 3, Stage.PRIMARY: 6}
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = {
    MALE: "禾岭川峻柏澄野朗屿垚霁峤樾骁砚麓崧浔",
    FEMALE: "苒汐棠萤蔓芷榆沅蓁薇蕊岚荞橙菡桐穗茉",
}
CITIES = ("广东省东莞市", "浙江省宁波市", "福建省泉州市", "江苏省苏州市", "重庆市沙坪坝区")
HAMLETS = "东西南北上下前后"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many children of each declared kind to invent."""

    both: int = 0
    one: int = 0
    none: int = 0
    unknown: int = 0

    def kinds(self) -> list[str]:
        """Return one word a child."""
        counts = ((BOTH, self.both), (ONE, self.one), (NONE, self.none), (UNKNOWN, self.unknown))
        return [kind for kind, count in counts for _ in range(count)]


class Inventor:
    """Invents people who never share a number, over any number of schools."""

    def __init__(self, seed: int, today: date) -> None:
        self._random = Random(seed)  # noqa: S311 - nothing is kept secret by it
        self._today = today
        self._numbers: set[str] = set()
        self._phone = 0

    def children(
        self, school: SchoolHint, numbers: Numbers, *, class_size: int = 45
    ) -> list[RosterRow]:
        """Return the children of a school by class, exactly as many of each kind as asked."""
        kinds = numbers.kinds()
        self._random.shuffle(kinds)
        rooms = self._rooms(school, len(kinds), class_size)
        families: dict[str, list[RosterRow]] = {}
        rows: list[RosterRow] = []
        for index, (kind, room) in enumerate(zip(kinds, rooms, strict=True)):
            row = self._row(school, kind, room, families.setdefault(kind, []))
            row.row = index + 1
            rows.append(row)
        return rows

    def _rooms(self, school: SchoolHint, count: int, size: int) -> list[HomeroomKey]:
        grades = [
            (stage, grade)
            for stage in school.stages
            for grade in range(1, years(stage, school.system) + 1)
        ]
        per_grade = -(-count // len(grades)) if count else 0
        classes = -(-per_grade // size)
        rooms: list[HomeroomKey] = []
        for stage, grade in grades:
            intake = intake_of(grade, self._today)
            rooms += [
                HomeroomKey(stage, intake, 1 + n * classes // per_grade) for n in range(per_grade)
            ]
        return rooms[:count]

    def _row(
        self, school: SchoolHint, kind: str, room: HomeroomKey, before: list[RosterRow]
    ) -> RosterRow:
        row = RosterRow(school.name, 0, school=school, homeroom=room)
        sibling = self._pick_sibling(room, before)
        surname = self._random.choice(SURNAMES)
        if sibling and sibling.child:
            surname = sibling.child.name[0]
            row.guardians = [replace(adult) for adult in sibling.guardians]
        else:
            row.guardians = self._family(surname, kind)
        row.child = self._child(surname, kind, room, school)
        if sibling and sibling.child:
            row.child.address = sibling.child.address
        before.append(row)
        return row

    def _pick_sibling(self, room: HomeroomKey, before: list[RosterRow]) -> RosterRow | None:
        if not before or self._random.random() >= SIBLINGS:
            return None
        other = self._random.choice(before)
        return other if other.homeroom != room else None

    def _child(self, surname: str, kind: str, room: HomeroomKey, school: SchoolHint) -> RosterChild:
        sex = self._random.choice((MALE, FEMALE))
        age = FIRST_AGE.get(room.stage) or 6 + years(Stage.PRIMARY, school.system)
        year = room.intake_year - age
        birth = date(year - 1, 9, 1) + timedelta(days=self._random.randrange(365))
        child = RosterChild(self._name(surname, sex), sex, birth, left_behind=kind)
        child.id_number, child.id_state = self._number(birth, sex), "ok"
        child.pupil_number = f"G{child.id_number}"
        child.ethnic_group = "汉族" if self._random.random() < 0.9 else "土家族"
        child.boarding = "boarding" if self._random.random() < 0.3 else "day"
        child.orphan = NO
        child.health = "健康或良好"
        hamlet = self._random.choice(HAMLETS)
        child.address = f"清溪镇{hamlet}岭村{self._random.randint(1, 9)}组"
        return child

    def _family(self, surname: str, kind: str) -> list[RosterGuardian]:
        father = self._adult("father", surname, MALE)
        mother = self._adult("mother", self._random.choice(SURNAMES), FEMALE)
        adults = [father, mother]
        if kind == BOTH:
            _send_away(father, self._random)
            _send_away(mother, self._random)
            adults.append(self._carer(surname))
        elif kind == ONE:
            away, here = (father, mother) if self._random.random() < 0.7 else (mother, father)
            _send_away(away, self._random)
            here.away, here.is_guardian = NO, True
        elif kind == NONE:
            father.away = mother.away = NO
            father.is_guardian = True
        else:
            mother.is_guardian = True
        return adults

    def _carer(self, surname: str) -> RosterGuardian:
        relation = self._random.choice(("grandfather", "grandmother", "grandmother"))
        own = surname if relation == "grandfather" else self._random.choice(SURNAMES)
        carer = self._adult(relation, own, MALE if relation == "grandfather" else FEMALE)
        carer.is_guardian = True
        return carer

    def _adult(self, relation: str, surname: str, sex: str) -> RosterGuardian:
        youngest, oldest = (58, 72) if relation.startswith("grand") else (28, 45)
        age = self._random.randint(youngest, oldest)
        birth = date(school_year(self._today) - age, 1, 1)
        birth += timedelta(days=self._random.randrange(365))
        adult = RosterGuardian(relation, relation, name=self._name(surname, sex))
        self._phone += 1
        adult.phones = (f"199{self._phone:08}",)
        adult.birth = birth
        adult.id_number, adult.id_state = self._number(birth, sex), "ok"
        return adult

    def _name(self, surname: str, sex: str) -> str:
        letters = GIVEN[sex]
        return surname + "".join(self._random.choice(letters) for _ in range(2))

    def _number(self, birth: date, sex: str) -> str:
        while True:
            sequence = 2 * self._random.randint(1, 498) + (sex == MALE)
            first = f"{PLACE}{birth:%Y%m%d}{sequence:03}"
            if first not in self._numbers:
                self._numbers.add(first)
                return first + check_character(first)


def invent_children(
    seed: int, school: SchoolHint, numbers: Numbers, *, today: date
) -> list[RosterRow]:
    """Return invented children of one school; the same seed gives the same children."""
    return Inventor(seed, today).children(school, numbers)


def _send_away(parent: RosterGuardian, random: Random) -> None:
    parent.away = YES
    parent.work_place = random.choice(CITIES)
