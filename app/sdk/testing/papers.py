"""Read back what was printed: the texts of a PDF with their places, and the dots of a PNG."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_PLACED = re.compile(rb"([-\d.]+) ([-\d.]+) cm|/(f\d+) [\d.]+ Tf|(\()|<([0-9A-Fa-f]+)>|(ET)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Span:
    """A run of text; ``x`` and ``y`` in millimetres from the lower left corner of the page."""

    page: int
    x: float
    y: float
    text: str


def spans(pdf: bytes) -> list[Span]:
    """Return every text of ``pdf`` in the order of drawing, mapped back by its ToUnicode tables."""
    objects = dict(_OBJECT.findall(pdf))
    pages = [body for body in objects.values() if body.startswith(b"<</Type/Page/")]
    return [span for number, page in enumerate(pages, 1) for span in _page(objects, number, page)]


def text(pdf: bytes) -> str:
    """Return all texts of ``pdf`` without spaces, so that line breaks do not matter."""
    return "".join("".join(span.text.split()) for span in spans(pdf))


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each page in whole millimetres."""
    boxes = re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(_mm(width), _mm(height)) for width, height in boxes]


def _mm(points: bytes) -> int:
    return int(float(points) * 25.4 / 72)


def _page(objects: dict[bytes, bytes], number: int, page: bytes) -> list[Span]:
    resources = objects[_ref(page, b"Resources")]
    fonts = {
        name: _to_unicode(objects, objects[ref])
        for name, ref in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    found, glyphs = [], {}
    x, y, run = 0.0, 0.0, ""
    drawing, at = _stream(objects[_ref(page, b"Contents")]), 0
    while match := _PLACED.search(drawing, at):
        at = match.end()
        e, f, font, opened, digits, end = match.groups()
        if font:
            glyphs = fonts[font]
        elif opened or digits:
            raw, at = _string(drawing, at) if opened else (bytes.fromhex(digits.decode()), at)
            run += "".join(glyphs[raw[i : i + 2]] for i in range(0, len(raw), 2))
        elif end:
            found.append(Span(number, x, y, run))
            run = ""
        else:
            x, y = float(e) * 25.4 / 72, float(f) * 25.4 / 72
    return found


def _string(drawing: bytes, start: int) -> tuple[bytes, int]:
    """Return the literal string that begins at ``start`` and where it ends."""
    at, depth = start, 1
    while depth:
        char = drawing[at : at + 1]
        depth += {b"(": 1, b")": -1}.get(char, 0)
        at += 2 if char == b"\\" else 1
    return _ESCAPE.sub(_unescape, drawing[start : at - 1]), at


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _ESCAPED.get(code, code)


def _ref(body: bytes, key: bytes) -> bytes:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert found, f"{key!r} in {body!r}"
    return found[1]


def _stream(body: bytes) -> bytes:
    return zlib.decompress(body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])


def _to_unicode(objects: dict[bytes, bytes], font: bytes) -> dict[bytes, str]:
    table = _stream(objects[_ref(font, b"ToUnicode")])
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", table, re.IGNORECASE)
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(char.decode()).decode("utf-16-be")
        for glyph, char in pairs
    }


def dark_dots(png: bytes) -> list[list[bool]]:
    """Return the rows of ``png`` (8 bits, RGBA, not interlaced): True where a dot is dark."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    assert png[24:29] == bytes([8, 6, 0, 0, 0])
    data, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    raw, stride = zlib.decompress(data), width * 4
    before, rows = bytes(stride), []
    for row in range(height):
        start = row * (stride + 1)
        before = _unfilter(raw[start], raw[start + 1 : start + 1 + stride], before)
        rows.append([before[dot] < 128 for dot in range(0, stride, 4)])
    return rows


def _unfilter(kind: int, line: bytes, above: bytes) -> bytes:
    """Undo a PNG line filter (ISO/IEC 15948, clause 9)."""
    if kind == 0:
        return line
    if kind == 2:
        return bytes((value + up) & 255 for value, up in zip(line, above, strict=True))
    out = bytearray(4)
    for value, up, up_left in zip(line, above, bytes(4) + above, strict=False):
        left = out[-4]
        guess = {1: left, 3: (left + up) // 2}.get(kind)
        out.append((value + (_paeth(left, up, up_left) if guess is None else guess)) & 255)
    return bytes(out[4:])


def _paeth(left: int, up: int, up_left: int) -> int:
    target = left + up - up_left
    return min((left, up, up_left), key=lambda value: abs(target - value))
