"""What the module declares."""

from __future__ import annotations

from app.sdk import EntryKind, FamilyQuestion, Indicator, Module, NavItem, Permission, Setting
from plugins.subsidies.personal import PERSONAL
from plugins.subsidies.words import T

NAME = "subsidies"
VIEW = "subsidies.view"
MONEY = "subsidies.money"
APPLY = "subsidies.apply"
REVIEW = "subsidies.review"
PUBLISH = "subsidies.publish"
RECEIPT = "subsidies.receipt"
ACCOUNTS = "subsidies.accounts"
MANAGE = "subsidies.manage"
APPROVE = "subsidies.approve"
PAY = "subsidies.pay"

APPLIED = "subsidies.application"
CHECKED = "subsidies.check"
REVIEWED = "subsidies.review"
LISTED = "subsidies.publicity"
AWARDED = "subsidies.award"
PAID = "subsidies.payment"
REVERSED = "subsidies.reversal"
TOLD = (APPLIED, AWARDED, PAID, REVERSED)
"""Kinds of entries that families read."""

DAYS, PLACE, PHONE = "publicity_days", "publicity_place", "objection_phone"
FUNDED, UNFUNDED, UNPAID = "subsidies.funded", "subsidies.unfunded", "subsidies.unpaid"

_CENTER = ("center_admin", "center_inspector")
_OFFICE = ("school_admin", "subsidy_officer")

MODULE = Module(
    name=NAME,
    title=T("Subsidies"),
    summary=T(
        "Schemes with dated rates, who is eligible and why, class review, publicity, approval, "
        "payment and receipt; every sum opens its rows, and a paid one is only ever reversed."
    ),
    version="0.1.0",
    core=">=0.1,<1",
    permissions=(
        Permission(VIEW, T("See who is eligible and how far it is"),
                   (*_CENTER, *_OFFICE, "homeroom_teacher")),
        Permission(MONEY, T("See sums, payments and masked accounts"), (*_CENTER, *_OFFICE)),
        Permission(APPLY, T("Propose children and check applications"),
                   (*_OFFICE, "homeroom_teacher")),
        Permission(REVIEW, T("Record class reviews"), ("school_admin", "homeroom_teacher")),
        Permission(PUBLISH, T("Publish lists, answer objections, submit"), _OFFICE),
        Permission(RECEIPT, T("Record receipts and ask for reversals"), _OFFICE),
        Permission(ACCOUNTS, T("Write bank accounts and see whole numbers"),
                   ("center_admin", "subsidy_officer")),
        Permission(MANAGE, T("Keep schemes, rates, rounds and the budget"), ("center_admin",)),
        Permission(APPROVE, T("Approve lists, release payments, confirm reversals"),
                   ("center_admin",)),
        Permission(PAY, T("Prepare payments and enter their results"), ("center_admin",)),
    ),
    entry_kinds=(
        EntryKind(APPLIED, T("Application for a subsidy"), "guardian", "file-earmark-plus"),
        EntryKind(CHECKED, T("Check for a subsidy"), VIEW, "house-check"),
        EntryKind(REVIEWED, T("Class review for a subsidy"), VIEW, "people"),
        EntryKind(LISTED, T("Publicity of a subsidy list"), "staff", "megaphone"),
        EntryKind(AWARDED, T("Subsidy approved"), "guardian", "patch-check"),
        EntryKind(
            PAID, T("Subsidy paid"), "guardian", "cash-coin", asks_family=True,
            question=FamilyQuestion(
                T("Has it arrived?"), T("Received"), T("Not received")
            ),
        ),
        EntryKind(REVERSED, T("Subsidy taken back"), "guardian", "arrow-counterclockwise"),
    ),
    navigation=(
        NavItem(T("Subsidies"), "subsidies_school.home", VIEW, icon="cash-coin", position=20),
        NavItem(T("Subsidies"), "subsidies_center.home", MONEY, area="center", icon="cash-coin",
                position=40),
        NavItem(T("Subsidies"), "subsidies_child.page", VIEW, area="child", icon="cash-coin"),
    ),
    settings=(
        Setting(DAYS, T("School days of publicity"), 5, "integer",
                T("Weekends and holidays of the centre's calendar do not count.")),
        Setting(PLACE, T("Where lists are published"), T("Notice board at the school gate")),
        Setting(PHONE, T("Telephone for objections"), ""),
    ),
    indicators=(
        Indicator(FUNDED, T("Eligible pupils funded this term"), T("children"),
                  T("Pupils whom the facts make eligible for a scheme with an open round and who "
                    "have an award in one that stands, out of all eligible pupils."),
                  VIEW, among="eligible", main=True),
        Indicator(UNFUNDED, T("Eligible pupils without subsidy"), T("children"),
                  T("Pupils whom the facts make eligible for a scheme with an open round and who "
                    "have no award in one."),
                  VIEW),
        Indicator(UNPAID, T("Awards not paid yet"), T("awards"),
                  T("Awards that stand and for which no payment has arrived."), MONEY),
    ),
    personal=PERSONAL,
    stores=(
        T("For which help a child was proposed, by which facts, and what was checked and decided"),
        T("Published lists, objections and answers"),
        T("Bank accounts, encrypted; payments, receipts and reversals"),
    ),
)  # fmt: skip
