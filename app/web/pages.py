"""Every blueprint of the core and the modules, put at its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, current_app, g
from werkzeug.routing import BaseConverter

from app.edge.areas import AREAS, OPEN, area_of
from app.edge.marks import Mark, mark_of
from app.host.registry import Registry
from app.kernel.errors import QinchaoError
from app.web.blueprints import CORE_BLUEPRINTS


class SlugConverter(BaseConverter):
    """A centre's or a school's part of an address."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_-]*"


def init_pages(flask: Flask, registry: Registry) -> None:
    """Register all blueprints; raise when a route says nothing about who may open it."""
    flask.url_map.converters["slug"] = SlugConverter
    flask.url_value_preprocessor(_take_places)
    flask.url_defaults(_give_places)
    for blueprint in CORE_BLUEPRINTS:
        flask.register_blueprint(blueprint, url_prefix=AREAS.get(area_of(blueprint)))
    _register_modules(flask, registry)
    flask.extensions["qinchao_marks"] = {
        endpoint: _mark(endpoint, view) for endpoint, view in flask.view_functions.items()
    }


def _mark(endpoint: str, view: Callable[..., Any]) -> Mark:
    if endpoint == "static" or endpoint.startswith("bootstrap."):
        return Mark(public_reason="files without data")
    mark = mark_of(view)
    if mark is None:
        raise QinchaoError(f"{endpoint} says neither who may open it nor why it is open")
    return mark


def _register_modules(flask: Flask, registry: Registry) -> None:
    for implementation in registry.manager.hook.blueprints.get_hookimpls():
        module = implementation.plugin_name
        pages = implementation.function()
        for area, prefix in (AREAS | {"open": OPEN}).items():
            blueprint: Blueprint | None = getattr(pages, area)
            if blueprint is None:
                continue
            name = f"{module}_{area}"
            flask.register_blueprint(blueprint, url_prefix=f"{prefix}/m/{module}", name=name)
            # Not on the blueprint: another application of this process may register it too.
            flask.before_request_funcs.setdefault(name, []).append(_speaker(flask, module))
            flask.extensions.setdefault("qinchao_module_pages", {})[name] = module


def _speaker(flask: Flask, module: str) -> Any:
    def speak() -> None:
        flask.extensions["qinchao_catalogues"].domain(module).as_default()

    return speak


def _take_places(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.center_slug = values.pop("center", None) if values else None
    g.school_code = values.pop("school", None) if values else None
    g.child_id = values.pop("child_id", None) if values else None


def _give_places(endpoint: str, values: dict[str, Any]) -> None:
    here = {"center": "center_slug", "school": "school_code", "child_id": "child_id"}
    for name, kept in here.items():
        known = g.get(kept)
        if known is not None and name not in values and _expects(endpoint, name):
            values[name] = known


def _expects(endpoint: str, name: str) -> bool:
    return bool(current_app.url_map.is_endpoint_expecting(endpoint, name))
