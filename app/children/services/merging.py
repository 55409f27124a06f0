"""One child entered twice: the double is hidden and leads to the record that stands."""

from __future__ import annotations

from app.audit.services import record as audit
from app.children.models import Child
from app.children.services.places import close_stay
from app.children.services.versions import touch
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T


def merge_into(ctx: Ctx, double: Child, *, stands: Child) -> None:
    """Mark ``double`` as the same child as ``stands``; nothing is moved and nothing deleted.

    The double leaves its class and every list. Raises :class:`Refused`.
    """
    if double.id == stands.id or double.school_id != stands.school_id:
        raise Refused(T("Choose another child of this school."), "into")
    if double.merged_into_id or stands.merged_into_id:
        raise Refused(T("One of the two is hidden already."), "into")
    close_stay(ctx, double, ctx.today(), "double")
    double.merged_into_id = stands.id
    touch(ctx, double)
    audit(
        ctx, "child.merge", object_type="child", object_id=stands.id, child_id=double.id,
        school_id=double.school_id,
    )  # fmt: skip
    ctx.session.flush()
