"""The one zip of a release: its files, a manifest with the SHA-256 of each, a README."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

PIECE_BYTES = 2**20
# The earliest time a zip can say: the same release must give the same bytes, whenever it is exported.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    bytes: int
    sha256: str


def describe(folder: Path, tick: Callable[[], None]) -> list[File]:
    """Measure every file of a folder, sorted by name; `tick` is called once a piece."""
    paths = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return [_describe(name, path, tick) for name, path in paths]


def _describe(name: str, path: Path, tick: Callable[[], None]) -> File:
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
        tick()
    return File(name, path.stat().st_size, digest.hexdigest())


def write_manifest(folder: Path, facts: Mapping[str, Any], files: list[File]) -> Path:
    """Write manifest.json: what the release is, and the SHA-256 of every other file."""
    listed = [{"name": file.name, "bytes": file.bytes, "sha256": file.sha256} for file in files]
    path = folder / "manifest.json"
    path.write_bytes(orjson.dumps({**facts, "files": listed}, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def pack(folder: Path, files: list[File], target: Path, tick: Callable[[], None]) -> File:
    """Put the files into one zip. Stored, not deflated: its bytes must not depend on a version of zlib."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(files, key=lambda file: file.name):
            info = zipfile.ZipInfo(file.name, NO_TIME)
            info.create_system, info.external_attr, info.file_size = 3, 0o644 << 16, file.bytes
            with archive.open(info, "w") as member:
                for piece in _pieces(folder / file.name):
                    member.write(piece)
                    tick()
    return _describe(target.name, target, tick)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
