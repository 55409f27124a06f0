"""The words of letters of responsibility: the centre's own, else the usual ones, blanks filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select

from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.organisation.defaults import LetterText, usual_letters
from app.organisation.services import LONGEST_TEXT, audit, demand_place
from app.tenancy.models import Setting
from app.tenancy.settings import setting

# What may stand in 【】, as the people who write letters call it.
BLANKS = ("姓名", "岗位", "单位", "班级", "学年", "职责", "日期")
DUTIES = "【职责】"
KINDS = ("head", "post", "class_teacher", "subject", "village", "group")
_BLANK = re.compile(r"【([^】]*)】")
_LONGEST_TITLE = 40


def letter_text(ctx: Ctx, kind: str) -> LetterText:
    """Return the wording of a kind of letter: the centre's own, else the usual one."""
    usual = usual_letters()[kind]
    return LetterText(
        setting(ctx, f"letter_{kind}_title", "") or usual.title,
        setting(ctx, f"letter_{kind}_text", "") or usual.text,
    )


def set_letter_text(ctx: Ctx, kind: str, *, title: str, text: str) -> None:
    """Let the centre word a kind of letter; empty texts bring the usual wording back.

    Raises :class:`Refused` for a blank that cannot be filled and for too long a text.
    """
    demand_place(ctx, None)
    if kind not in KINDS:
        raise NotVisible
    text = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    for name, value, most in (
        ("title", title.strip(), _LONGEST_TITLE),
        ("text", text, LONGEST_TEXT),
    ):
        _demand_fillable(name, value, most)
        _keep(ctx, f"letter_{kind}_{name}", value)
    audit(ctx, "letter.wording", None, kind=kind)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill the blanks of a title or text; 【职责】 becomes numbered lines, one a duty."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() == DUTIES:
            duties = [duty for duty in values.get("职责", "").splitlines() if duty.strip()]
            lines += [f"{number}. {duty.strip()}" for number, duty in enumerate(duties, 1)]
        else:
            lines.append(_BLANK.sub(lambda found: values.get(found[1], ""), line))
    return "\n".join(lines)


def _demand_fillable(name: str, value: str, most: int) -> None:
    if len(value) > most:
        raise Refused(T("At most {n} characters.", n=most), name)
    for blank in _BLANK.findall(value):
        if blank not in BLANKS:
            allowed = "".join(f"【{known}】" for known in BLANKS)
            raise Refused(
                T(
                    "【{blank}】 cannot be filled in. Use only {allowed}.",
                    blank=blank,
                    allowed=allowed,
                ),
                name,
            )


def _keep(ctx: Ctx, key: str, value: str) -> None:
    row = ctx.session.scalar(select(Setting).where(Setting.key == key))
    if row is not None:
        row.value = {"value": value}
    elif value:
        ctx.session.add(Setting(key=key, value={"value": value}))
