"""The demonstration shows a term in different states, made by the same services as real work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.sdk import Clock, Term
from app.sdk.testing.world import World
from plugins.subsidies import demo
from plugins.subsidies.models import Application, Objection, PublicList
from plugins.subsidies.pay_models import Award, Receipt, Reversal, Settlement
from plugins.subsidies.queries import money
from plugins.subsidies.reconcile import total
from plugins.subsidies.tests.scene import make_scene

TODAY = Clock().today()


def test_a_term_is_invented_with_a_return_a_reversal_and_lists_under_way(world: World) -> None:
    scene = make_scene(world)
    with world.inside(scene.center.scope) as ctx:
        term = ctx.session.scalars(select(Term)).one()
        term.starts_on, term.ends_on = TODAY - timedelta(days=80), TODAY + timedelta(days=60)
    scene.add(*(f"石小{n}" for n in "一二三四五六七"))
    scene.add("柳青青", "柳小青", boarding="day")
    south = world.homeroom(scene.center, "south")
    scene.add("南小雨", "南小雪", school="south", homeroom=south)
    with world.inside(scene.center.scope) as ctx:
        demo.load(ctx, 120)
    with world.inside(scene.center.school_scope("north")) as ctx:
        demo.families_apply(ctx, scene.center.schools["north"])
        told = set(ctx.session.scalars(select(Application.source)))
        assert told == {"facts", "application"}
    with world.inside(scene.center.scope) as ctx:
        states = sorted(ctx.session.scalars(select(PublicList.state)))
        assert states == ["approved", "published", "submitted"]
        outcomes = sorted(ctx.session.scalars(select(Settlement.outcome)))
        assert outcomes.count("returned") == 1
        assert outcomes.count("paid") >= 3
        assert list(ctx.session.scalars(select(Reversal.state))) == ["confirmed"]
        assert ctx.session.scalars(select(Receipt)).first() is not None
        open_ = select(func.count()).select_from(Objection).where(Objection.answered_at.is_(None))
        assert ctx.session.scalar(open_) == 1
        whole = total(money(ctx))
        standing = select(func.sum(Award.amount_fen)).where(Award.ended_at.is_(None))
        assert whole.committed == ctx.session.scalar(standing)
        assert whole.paid + whole.sent + whole.due == whole.committed


def test_without_a_term_of_today_nothing_is_invented(world: World) -> None:
    scene = make_scene(world)
    with world.inside(scene.center.scope) as ctx:
        ctx.session.scalars(select(Term)).one().ends_on = TODAY - timedelta(days=1)
        ctx.session.flush()
        demo.load(ctx, 120)
        assert ctx.session.scalars(select(PublicList)).all() == []
