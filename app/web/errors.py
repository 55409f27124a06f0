"""What goes wrong, said in plain words."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException

from app.db.session import db
from app.kernel.errors import Forbidden, NotVisible, Refused

_PAGES = (400, 403, 404, 413, 429, 500, 503)


def init_errors(flask: Flask) -> None:
    """Answer every error with a page that says what to do."""
    flask.register_error_handler(Refused, lambda e: _page(400, detail=str(e)))
    flask.register_error_handler(NotVisible, lambda _e: _page(404))
    flask.register_error_handler(Forbidden, lambda _e: _page(403))
    flask.register_error_handler(CSRFError, _no_token)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(500, lambda _e: _page(500))


def _no_token(_error: CSRFError) -> Response:
    """A script of somebody who has signed out meanwhile: the token went with the session."""
    signed_out = not current_user.is_authenticated
    if signed_out and request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    return _page(400)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code not in _PAGES:
        return make_response(error.get_response())
    return _page(error.code)


def _page(code: int, detail: str | None = None) -> Response:
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return make_response({"error": code, "detail": detail}, code)
    try:
        body = render_template(f"errors/{code}.html", detail=detail)
    except TemplateNotFound:
        body = render_template("errors/500.html", detail=detail)
    return make_response(body, code)
