"""A backup as one file: a tar with a manifest, a dump of the database, and the file store.

Files stay sealed as they lie in the store. The keys are not in it: whoever finds the file can read
nothing that is encrypted, and whoever restores it needs QINCHAO_KEYS.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from app.kernel.errors import Refused
from app.kernel.text import T

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
_FORMAT = 1
_PIECE = 1 << 20


@dataclass
class Manifest:
    """What a backup holds: ``rows`` by table, ``sums`` (size, SHA-256) by member."""

    made_at: str
    server: int
    versions: dict[str, list[str]]
    rows: dict[str, int]
    sums: dict[str, list[Any]] = field(default_factory=dict)
    format: int = _FORMAT

    def text(self) -> bytes:
        """Return it as it is stored."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def of(cls, text: bytes) -> Self:
        """Read it; raises :class:`Refused` for what another program wrote."""
        try:
            found = cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise Refused(T("This is no backup of Qinchao.")) from error
        if found.format != _FORMAT:
            raise Refused(T("This backup was made by a newer version."))
        return found


def write(into: Path, manifest: Manifest, dumped: Path, files: Iterator[tuple[str, bytes]]) -> None:
    """Write the archive aside and rename it, so that half of one is never taken for one."""
    aside = into.with_name(f".{into.name}.part")
    try:
        with tarfile.open(aside, "w") as tar:
            with dumped.open("rb") as source:
                _add(tar, manifest, DUMP, source, dumped.stat().st_size)
            for key, body in files:
                _add(tar, manifest, FILES + key, io.BytesIO(body), len(body))
            text = manifest.text()
            tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        aside.rename(into)
    finally:
        aside.unlink(missing_ok=True)


class _Summed(io.RawIOBase):
    """Passes bytes on and sums them."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.sum.update(piece)
        return piece


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, source: IO[bytes], size: int) -> None:
    summed = _Summed(source)
    tar.addfile(_member(name, size), summed)
    manifest.sums[name] = [size, summed.sum.hexdigest()]


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class Archive:
    """A backup opened for reading: whole, or refused."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = Manifest.of(self._body(MANIFEST))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; raises :class:`Refused` when it is no backup."""
        try:
            return cls(tarfile.open(path, "r:"))
        except (tarfile.TarError, KeyError, OSError) as error:
            raise Refused(T("This is no backup of Qinchao.")) from error

    def close(self) -> None:
        """Close the file."""
        self._tar.close()

    def damaged(self) -> list[str]:
        """Return the members that are missing, too many, or not what the manifest says."""
        found: dict[str, list[Any]] = {}
        try:
            for member in self._tar:
                if member.name != MANIFEST:
                    found[member.name] = [member.size, self._sum(member)]
        except (tarfile.TarError, OSError):
            return [member for member in self.manifest.sums if member not in found]
        names = found.keys() | self.manifest.sums.keys()
        wrong = {n for n in names if found.get(n) != self.manifest.sums.get(n)}
        return sorted(wrong | {n for n in names if ".." in n.split("/")})

    def take_dump(self, into: Path) -> None:
        """Write the database's dump to ``into``."""
        source = self._tar.extractfile(DUMP)
        with into.open("wb") as out:
            while source is not None and (piece := source.read(_PIECE)):
                out.write(piece)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the store by key, sealed."""
        for name in self.manifest.sums:
            if name.startswith(FILES):
                yield name.removeprefix(FILES), self._body(name)

    def _body(self, name: str) -> bytes:
        source = self._tar.extractfile(name)
        return source.read() if source else b""

    def _sum(self, member: tarfile.TarInfo) -> str:
        source, whole = self._tar.extractfile(member), hashlib.sha256()
        while source is not None and (piece := source.read(_PIECE)):
            whole.update(piece)
        return whole.hexdigest()
