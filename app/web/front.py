"""The first page, and whether the service is alive."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask_login import current_user
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.db.session import db, scoped
from app.db.versions import pending
from app.edge.current import show
from app.edge.marks import public, signed_in
from app.edge.ours import is_ours
from app.web.frame import family_url, home_of

bp = Blueprint("front", __name__)


@bp.get("/")
@public("sends everybody to where they belong")
def index() -> Any:
    """Send the reader to their work, their family, or the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    return redirect(home_of(current_user.principal))


@bp.get("/family/")
@public("sends guardians to their children, others to the sign-in page")
def family() -> Any:
    """Send a guardian to the first family, everybody else to where they belong."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.family_sign_in"))
    families = current_user.principal.families
    if not families:
        return redirect(url_for("front.index"))
    return redirect(family_url(families[0]))


@bp.get("/language/<any(zh_Hans, en):locale>")
@public("choosing a language tells nothing")
def language(locale: str) -> Any:
    """Speak another language from now on, and show the page again that was open."""
    session["locale"] = locale
    came_from = urlsplit(request.referrer or "")
    ours = came_from.netloc == request.host and is_ours(came_from.path)
    return redirect(came_from.path if ours else url_for("front.index"))


@bp.get("/nowhere")
@signed_in("tells an account without any grant whom to ask")
def nowhere() -> Any:
    """Tell somebody whose grants have all ended what to do."""
    return show("nowhere.html")


@bp.get("/healthz")
@public("a supervisor asks whether the process is alive")
def healthz() -> Any:
    """Answer that the process is alive."""
    return {"alive": True}


@bp.get("/readyz")
@public("a load balancer asks whether requests can be served; tells no data")
def readyz() -> Any:
    """Answer whether the database, Redis and the migrations are as they must be."""
    config: Config = current_app.extensions["qinchao_config"]
    state = {"database": _database(), "redis": _redis(config), "migrations": _migrations()}
    return state, 200 if all(state.values()) else 503


def _database() -> bool:
    try:
        with scoped(None):
            db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis(config: Config) -> bool:
    try:
        return bool(Redis.from_url(config.redis_url, socket_timeout=1).ping())
    except RedisError:
        return False


def _migrations() -> bool:
    registry = current_app.extensions["qinchao_registry"]
    try:
        return not pending(db.engine, registry.owners())
    except SQLAlchemyError:
        return False
