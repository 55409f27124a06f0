"""Invented schools and people."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

CHILDREN = [
    SimpleNamespace(
        name="王小禾", room="三（2）班", answer="yes", verified=True, height=132.5, last="11月18日"
    ),
    SimpleNamespace(
        name="李春燕", room="三（2）班", answer="no", verified=True, height=128.0, last="11月20日"
    ),
    SimpleNamespace(
        name="周石生", room="四（1）班", answer="unknown", verified=False, height=None, last=None
    ),
    SimpleNamespace(
        name="陈雨荷", room="五（3）班", answer="yes", verified=False, height=141.2, last="9月3日"
    ),
]

_NAV = (
    ("今日待办", "check2-square", True),
    ("学生", "people", False),
    ("台账", "journal-text", False),
    ("统计报表", "bar-chart", False),
    ("制度与值守", "calendar-check", False),
    ("体检", "heart-pulse", False),
    ("学校设置", "gear", False),
)


def layout_values() -> dict[str, Any]:
    """Return what the real context processor gives to the layouts."""
    nav = [SimpleNamespace(title=t, url="#" + i, icon=i, active=a, children=[]) for t, i, a in _NAV]
    nav[0].children = [
        SimpleNamespace(title="本周应访", url="#w", icon="", active=True, children=[]),
        SimpleNamespace(title="五必访", url="#v", icon="", active=False, children=[]),
    ]
    who = SimpleNamespace(
        id="a1",
        name="赵满仓",
        role_title="班主任 · 三（2）班",
        context_title="清溪中心小学",
        contexts=[
            ("清溪中心小学", "#s", True),
            ("云岭镇教管中心", "#c", False),
            ("我的家庭", "#f", False),
        ],
        account_url="#account",
        sign_out_url="/signed-out",
    )
    crumbs = [
        ("云岭镇教管中心", "#c"),
        ("清溪中心小学", "#s"),
        ("三（2）班", "#h"),
        ("王小禾", None),
    ]
    return {"nav": nav, "who": who, "crumbs": crumbs, "locale": "zh-Hans", "site_title": "亲巢"}
