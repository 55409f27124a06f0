"""The application: what is installed, put together without touching the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import app.models  # noqa: F401  (every table is known before the first query)
from app.accounts.lifetimes import GUARDIAN
from app.accounts.permissions import CORE_PERMISSIONS
from app.accounts.users import login_manager
from app.children import telling
from app.config import Config
from app.db.sealed import KeyRing, install_keys
from app.db.session import db
from app.duties import reminding
from app.files.store import FileStore
from app.handover import telling as handing_over
from app.host.catalogues import Catalogues
from app.host.loading import build_registry
from app.host.registry import Registry
from app.host.troubles import Troubles
from app.kernel.text import install_translator
from app.ledger import stays
from app.ledger.kinds import CORE_ENTRY_KINDS
from app.privacy.words import CORE_PERSONAL
from app.web.errors import init_errors
from app.web.filters import init_filters
from app.web.frame import init_frame
from app.web.gate import init_gate
from app.web.headers import init_headers
from app.web.language import choose_locale
from app.web.look import init_look
from app.web.pages import init_pages
from app.web.work import init_work

PROJECT = Path(__file__).parents[2]
_UPLOAD_LIMIT = 40 * 1024 * 1024
# By then whoever asked has gone; jobs and commands, which nobody waits for so, may take longer.
PAGE_SECONDS = 60


def create_app(config: Config, *, statement_seconds: int = 0) -> Flask:
    """Build the web application. Nothing is read from the database or from Redis here.

    With ``statement_seconds`` the database gives up a tenant's statement that takes longer.
    """
    flask = Flask("app.web", static_url_path="/static")
    flask.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 10,
            "max_overflow": 10,
            "pool_pre_ping": True,
            # The last one given back has prepared the most statements; the others may grow old.
            "pool_use_lifo": True,
            # What a statement was given may be a child's name: no error repeats it in a log.
            "hide_parameters": True,
        },
        QINCHAO_STATEMENT_SECONDS=statement_seconds,
        MAX_CONTENT_LENGTH=_UPLOAD_LIMIT,
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=GUARDIAN.idle,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "translations"),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=True,
    )
    if config.proxies:
        hops = config.proxies
        flask.wsgi_app = ProxyFix(flask.wsgi_app, hops, hops)  # type: ignore[method-assign]
    install_keys(KeyRing.from_text(config.keys))
    registry = build_registry(
        CORE_PERMISSIONS,
        CORE_ENTRY_KINDS,
        config.extra_plugins,
        listeners=(telling, stays, reminding, handing_over),
        personal=CORE_PERSONAL,
    )
    troubles = Troubles(config.redis_url)
    flask.extensions["qinchao_troubles"] = troubles
    registry = replace(registry, failed=troubles.note)
    _init_extensions(flask, config, registry)
    init_headers(flask)
    init_look(flask)
    init_filters(flask)
    init_errors(flask)
    init_frame(flask)
    init_pages(flask, registry)
    init_work(flask, config, registry)
    init_gate(flask, registry)
    return flask


def _init_extensions(flask: Flask, config: Config, registry: Registry) -> None:
    catalogues = Catalogues(registry)
    flask.extensions["qinchao_config"] = config
    flask.extensions["qinchao_registry"] = registry
    flask.extensions["qinchao_files"] = FileStore.of(config.files_url, config.data)
    flask.extensions["qinchao_catalogues"] = catalogues
    install_translator(catalogues.translate)
    db.init_app(flask)
    Babel(flask, locale_selector=choose_locale)
    Bootstrap5(flask)
    CSRFProtect(flask)
    login_manager.init_app(flask)
