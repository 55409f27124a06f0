"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.accounts.forms import ChangeSecretForm, FamilySignInForm, SignInForm
from app.accounts.lifetimes import begin, stamp
from app.accounts.principal import Principal
from app.accounts.secrets import demand_password, demand_pin
from app.accounts.sign_in import FailedTry, end_session
from app.accounts.sign_in import change_secret as change_own_secret
from app.accounts.sign_in import sign_in as check_sign_in
from app.accounts.traces import note_account
from app.accounts.users import SignedIn, principal_of
from app.db.session import db, scoped
from app.edge.current import show
from app.edge.forms import put_error
from app.edge.marks import public, signed_in
from app.edge.ours import is_ours
from app.kernel.clock import Clock
from app.kernel.errors import Refused

bp = Blueprint("accounts", __name__, template_folder="templates")


def _next_page() -> str:
    """Return where to go after signing in: only ever an address of ours."""
    wanted = request.args.get("next", "")
    return wanted if is_ours(wanted) else url_for("front.index")


def _note(who: Principal, action: str) -> None:
    note_account(who, action, current_app.extensions, request.remote_addr)


def _enter(form: SignInForm | FamilySignInForm, kind: str) -> bool:
    try:
        with scoped(None):
            try:
                account = check_sign_in(
                    db.session(),
                    login=form.login.data or "",
                    secret=form.secret.data or "",
                    kind=kind,
                    address=request.remote_addr or "",
                    now=Clock().now(),
                )
            finally:
                # A wrong try is counted too.
                db.session.commit()
    except Refused as refused:
        for account_id in refused.accounts if isinstance(refused, FailedTry) else ():
            known = principal_of(account_id)
            if known is not None:
                _note(known, "account.sign_in_failed")
        put_error(form, refused, default="secret")
        return False
    return enter_as(account.id)


def enter_as(account_id: UUID) -> bool:
    """Sign the browser in to an account whose secret has just been checked or chosen."""
    now = Clock().now()
    principal = principal_of(account_id)
    if principal is None:
        return False
    begin(principal.kind, now)
    login_user(SignedIn(principal))
    _note(principal, "account.sign_in")
    return True


def _sign_in_page(form: SignInForm | FamilySignInForm, kind: str, template: str) -> Any:
    if form.validate_on_submit() and _enter(form, kind):
        return redirect(_next_page())
    return show(template, form=form), 422 if form.errors else 200


@bp.route("/sign-in", methods=["GET", "POST"])
@public("staff have to sign in somewhere")
def sign_in() -> Any:
    """Let staff sign in."""
    return _sign_in_page(SignInForm(), "staff", "accounts/sign_in.html")


@bp.route("/family/sign-in", methods=["GET", "POST"])
@public("guardians have to sign in somewhere")
def family_sign_in() -> Any:
    """Let guardians sign in."""
    return _sign_in_page(FamilySignInForm(), "guardian", "accounts/family_sign_in.html")


@bp.post("/sign-out")
@signed_in("everybody may leave")
def sign_out() -> Any:
    """Sign out: this session is over, in a copy of its cookie too."""
    who: Principal = current_user.principal
    family = who.kind == "guardian"
    _note(who, "account.sign_out")
    with scoped(None):
        end_session(db.session(), account_id=who.account_id, stamp=stamp(), now=Clock().now())
        db.session.commit()
    logout_user()
    locale = session.get("locale")
    session.clear()
    session["locale"] = locale
    return redirect(url_for("accounts.family_sign_in" if family else "accounts.sign_in"))


@bp.route("/account/secret", methods=["GET", "POST"])
@signed_in("everybody changes their own password")
def change_secret() -> Any:
    """Change one's own password (staff) or PIN (guardians)."""
    form = ChangeSecretForm()
    who = current_user.principal
    if form.validate_on_submit():
        try:
            _change(who, form.old.data or "", form.new.data or "")
        except Refused as refused:
            put_error(form, refused, default="new")
        else:
            fresh = principal_of(who.account_id)
            if fresh is not None:
                _note(fresh, "account.secret_changed")
                login_user(SignedIn(fresh))
            flash(_("It is changed. Other devices have been signed out."), "success")
            return redirect(url_for("front.index"))
    page = show(
        "accounts/change_secret.html",
        form=form,
        guardian=who.kind == "guardian",
        must_change=who.must_change,
    )
    return page, 422 if form.errors else 200


def _change(who: Principal, old: str, new: str) -> None:
    (demand_pin if who.kind == "guardian" else demand_password)(new)
    try:
        with scoped(None):
            try:
                change_own_secret(
                    db.session(), account_id=who.account_id, old=old, new=new, now=Clock().now()
                )
            finally:
                # A wrong try is counted too.
                db.session.commit()
    except FailedTry:
        _note(who, "account.secret_failed")
        raise
