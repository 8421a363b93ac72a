"""Ingest in one process: encrypted intake, throw-away process, de-identification, frames, rows; beside it the floor."""

import io
import sys
import time
from pathlib import Path

import pydicom
from running import overread


def files_of(folders: list[str]) -> list[bytes]:
    """The files given, or else a phantom CT of 100 slices of 512 x 512."""
    from tests import phantoms  # noqa: PLC0415  # needs the project's root on the path

    if not folders:
        return phantoms.ct_series(slices=100, rows=512, columns=512)
    return [path.read_bytes() for folder in folders for path in sorted(Path(folder).rglob("*")) if path.is_file()]


def floor(contents: list[bytes]) -> float:
    """pydicom reads and writes what it can."""
    begun = time.perf_counter()
    for content in contents:
        try:
            pydicom.dcmread(io.BytesIO(content)).save_as(io.BytesIO())
        except Exception:  # hostile and broken files are part of the corpus
            continue
    return time.perf_counter() - begun


def main() -> None:
    with overread():
        from tests import builders  # noqa: PLC0415  # needs Django to be ready
        from tests.batches import take_in  # noqa: PLC0415

        contents = files_of(sys.argv[1:])
        megabytes = sum(map(len, contents)) / 1e6
        project = builders.project()
        manager = builders.member(project, "manager")
        below = floor(contents)
        begun = time.perf_counter()
        items = take_in(manager, project, *contents)
        seconds = time.perf_counter() - begun
        accepted = sum(item.outcome == "accepted" for item in items)
        print("| what | files | instances/s | MB/s | ratio |\n|---|---|---|---|---|")
        print(f"| pydicom read + write | {len(contents)} | {len(contents) / below:.0f} | {megabytes / below:.0f} | 1 |")
        line = f"| ingest ({accepted} accepted) | {len(contents)} | {len(contents) / seconds:.0f} "
        print(line + f"| {megabytes / seconds:.0f} | {below / seconds:.2f} |")


if __name__ == "__main__":
    main()
