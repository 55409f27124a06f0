"""Every route of the application with an address that exists in a test's world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from app.edge.marks import Mark

_METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Route:
    """One way to call a route: its mark, method and address pattern."""

    endpoint: str
    method: str
    rule: Rule
    mark: Mark
    module: str | None

    @property
    def area(self) -> str:
        """Return center, school, child, family or open, by the address."""
        pattern = self.rule.rule
        if pattern.startswith("/family/<"):
            return "family"
        if "/s/<" in pattern:
            return "school"
        if "children/<uuid:child_id>" in pattern:
            return "child"
        return "center" if pattern.startswith("/c/<") else "open"

    def address(self, app: Flask, **places: Any) -> str:
        """Return an address; what is not in ``places`` becomes an id that nothing has."""
        values = {
            name: places.get(name, _stranger(self.rule, name)) for name in self.rule.arguments
        }
        with app.test_request_context():
            return app.url_for(self.endpoint, **values)


def _stranger(rule: Rule, name: str) -> Any:
    converter = rule._converters[name]
    kind = type(converter).__name__
    if kind == "UUIDConverter":
        return UUID(int=7)
    return 1 if kind == "IntegerConverter" else "strange"


def routes(app: Flask) -> Iterator[Route]:
    """Yield every route and method, files apart."""
    marks: dict[str, Mark] = app.extensions["qinchao_marks"]
    modules: dict[str, str] = app.extensions.get("qinchao_module_pages", {})
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.startswith("bootstrap."):
            continue
        for method in _METHODS:
            if method in (rule.methods or ()):
                module = modules.get(rule.endpoint.split(".")[0])
                yield Route(rule.endpoint, method, rule, marks[rule.endpoint], module)
