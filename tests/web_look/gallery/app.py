"""A small application that shows the look without a database."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.web.look import init_look
from tests.web_look.gallery.forms import VisitForm
from tests.web_look.gallery.sample import CHILDREN, layout_values

HERE = Path(__file__).parent
WEB = HERE.parents[2] / "app" / "web"
ERRORS = (400, 403, 404, 413, 429, 500, 503)
POLICY = (
    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def create_gallery(translations: str | None = None) -> Flask:
    """Return the gallery; ``translations`` is a folder of compiled catalogues, if any."""
    app = Flask(
        "gallery",
        static_folder=str(WEB / "static"),
        static_url_path="/static",
        template_folder=str(WEB / "templates"),
    )
    app.config.update(SECRET_KEY=os.urandom(16), BABEL_DEFAULT_LOCALE="zh_Hans")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations or str(
        HERE.parents[2] / "translations"
    )
    Babel(app)
    CSRFProtect(app)
    init_look(app)
    assert app.jinja_loader is not None
    app.jinja_loader.searchpath.append(str(HERE / "templates"))  # type: ignore[attr-defined]
    app.after_request(_with_policy)
    app.context_processor(layout_values)
    app.register_error_handler(HTTPException, _error)
    _add_pages(app)
    _add_drafts(app)
    return app


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _error(error: HTTPException) -> tuple[str, int]:
    code = error.code if error.code in ERRORS else 500
    return render_template(f"errors/{code}.html", who=None, nav=None), code or 500


def _add_pages(app: Flask) -> None:
    @app.get("/")
    def blocks() -> str:
        flash("已保存：三（2）班 王小禾 的家访记录。", "success")
        page = SimpleNamespace(page=2, pages=9, total=213)
        return render_template("gallery/blocks.html", children=CHILDREN, page=page)

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        form = VisitForm()
        done = "visit" if form.validate_on_submit() else None
        return render_template("gallery/form.html", form=form, draft_done=done)

    @app.get("/grid")
    def grid() -> str:
        return render_template("gallery/grid.html", children=CHILDREN)

    @app.get("/family")
    def family() -> str:
        return render_template("gallery/family.html", nav=None)

    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template("gallery/sign_in.html", who=None, nav=None)

    @app.get("/error/<int:code>")
    def error(code: int) -> str:
        abort(code)

    @app.post("/show-phone")
    def show_phone() -> str:
        return render_template("gallery/phone.html")

    @app.post("/signed-out")
    def signed_out() -> BaseResponse:
        return redirect("/sign-in")


def _add_drafts(app: Flask) -> None:
    kept: dict[str, Any] = {}
    app.extensions["drafts"] = kept

    @app.route("/drafts/<key>", methods=["GET", "PUT", "DELETE"])
    def drafts(key: str) -> tuple[Response, int]:
        if kept.get("signed out"):
            return Response(), 401
        if request.method == "PUT":
            kept[key] = request.get_json()
        if request.method == "DELETE":
            kept.pop(key, None)
        return (jsonify(kept[key]), 200) if key in kept else (Response(), 204)
