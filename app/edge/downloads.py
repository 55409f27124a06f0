"""Files sent to the reader, with names that survive Chinese and old browsers."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook, for :func:`download`."""
PDF = "application/pdf"
"""The media type of a paper, for :func:`download`."""


def download(body: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Return ``body`` as a file called ``name``; never stored by a browser's cache."""
    response = Response(body, mimetype=media_type)
    kind = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
