"""What goes wrong, said in plain words."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.db.session import db
from app.edge.marks import Mark
from app.kernel.errors import Forbidden, NotVisible, Refused
from app.web.gate import ask_to_sign_in

_PAGES = (400, 403, 404, 405, 413, 429, 500, 503)


def init_errors(flask: Flask) -> None:
    """Answer every error with a page that says what to do."""
    flask.register_error_handler(Refused, lambda e: _page(400, detail=str(e)))
    flask.register_error_handler(NotVisible, lambda _e: _page(404))
    flask.register_error_handler(Forbidden, lambda _e: _page(403))
    flask.register_error_handler(CSRFError, _no_token)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(500, lambda _e: _page(500))


def _no_token(_error: CSRFError) -> Any:
    """Somebody has signed out meanwhile: the token went with the session."""
    mark: Mark = current_app.extensions["qinchao_marks"][request.endpoint]
    if not mark.public_reason and not current_user.is_authenticated:
        return ask_to_sign_in()
    return _page(400)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code not in _PAGES:
        return make_response(error.get_response())
    page = _page(error.code)
    if isinstance(error, MethodNotAllowed):
        page.allow.update(error.valid_methods or ())
    return page


def _page(code: int, detail: str | None = None) -> Response:
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return make_response({"error": code, "detail": detail}, code)
    try:
        body = render_template(f"errors/{code}.html", detail=detail)
    except TemplateNotFound:
        body = render_template("errors/500.html", detail=detail)
    return make_response(body, code)
