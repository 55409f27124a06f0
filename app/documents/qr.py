"""QR codes that an old phone reads from a laser print."""

from __future__ import annotations

import segno

from app.kernel.errors import Refused
from app.kernel.text import T

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004 asks for four)."""

SMALLEST_MODULE_MM = 0.4
"""Below this, toner spread and a scratched lens make a code unreadable."""


def qr_svg(text: str, *, printed_mm: float) -> str:
    """Return ``text`` as a QR code (error correction M, quiet zone included) in SVG.

    ``printed_mm`` is the width it will have on paper. Raises :class:`Refused` when the text is so
    long that a module would come out smaller than ``SMALLEST_MODULE_MM``.
    """
    code = segno.make_qr(text, error="m")
    if printed_mm / code.symbol_size(border=QUIET)[0] < SMALLEST_MODULE_MM:
        raise Refused(T("The address “{text}” is too long for a QR code of this size.", text=text))
    return code.svg_inline(border=QUIET, omitsize=True)
