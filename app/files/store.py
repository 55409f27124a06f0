"""The file store: a local folder, or any address fsspec knows (S3-compatible in production).

Every file is encrypted with the key ring, as fields are: rosters and exports hold what the database
keeps sealed. Keys begin with the centre, so that a centre's files can be found, moved and erased
together. Rows in the database decide who may read a key; the store itself knows no permission.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import fsspec

from app.db.sealed import keys
from app.kernel.ids import uuid7

_PURPOSE = "file"


class FileStore:
    """Bytes by key, written once and never changed."""

    def __init__(self, url: str) -> None:
        """Use the fsspec address ``url`` as the root."""
        self._files, self._root = fsspec.core.url_to_fs(url)

    @classmethod
    def of(cls, files_url: str | None, data: Path) -> FileStore:
        """Use the configured address, else the folder ``files`` in the data folder."""
        return cls(files_url or (data / "files").resolve().as_uri())

    def put(self, center_id: UUID, area: str, body: bytes) -> str:
        """Store ``body`` and return its key; ``area`` is a plain word such as imports."""
        key = f"{center_id}/{area}/{uuid7()}"
        path = f"{self._root}/{key}"
        self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self._files.pipe_file(path, keys().seal_bytes(body, _PURPOSE))
        return key

    def get(self, key: str) -> bytes:
        """Return the bytes of ``key``; raises ``FileNotFoundError``."""
        return keys().open_bytes(self._files.cat_file(f"{self._root}/{key}"), _PURPOSE)

    def remove(self, key: str) -> None:
        """Remove the bytes of ``key`` for good (lawful erasure, expired exports)."""
        self._files.rm_file(f"{self._root}/{key}")

    def sealed(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file by key as it lies there, encrypted: for backups."""
        if self._files.exists(self._root):
            for path in sorted(self._files.find(self._root)):
                yield path.removeprefix(f"{self._root}/"), self._files.cat_file(path)

    def put_back(self, key: str, sealed: bytes) -> None:
        """Store bytes of :meth:`sealed` again under their key."""
        path = f"{self._root}/{key}"
        self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self._files.pipe_file(path, sealed)
