"""De-identification of headers, throw-away process included, beside pydicom's read and write of the same files and the
libraries dicognito and dicom-anonymizer.

Rounds in turn, medians, processor time of the whole process tree. The libraries are installed by name into a folder of
their own that goes afterwards; each runs in a process of its own over the same files.
"""

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
import warnings
from collections.abc import Callable
from pathlib import Path

import data_store
import psutil
import pydicom

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from labeling.errors import BadDicom  # noqa: E402
from labeling.sandbox import deidentify_in_sandbox  # noqa: E402

ROUNDS = 7
KEY = b"a key of a benchmark, for nothing else"
PEERS = {"dicognito": "dicognito", "dicom-anonymizer": "dicom-anonymizer"}
PEER_CODE = """
import io, json, logging, sys, time, warnings
import pydicom
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
name, folder = sys.argv[1:3]
if name == "dicognito":
    from dicognito.anonymizer import Anonymizer
    anonymizer = Anonymizer()
    change = anonymizer.anonymize
else:
    from dicomanonymizer import anonymize_dataset
    change = anonymize_dataset
from pathlib import Path
contents = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
def once():
    failed = 0
    for content in contents:
        try:
            ds = pydicom.dcmread(io.BytesIO(content)); change(ds); ds.save_as(io.BytesIO())
        except Exception: failed += 1
    return failed
once()
for _ in sys.stdin:
    begun = time.process_time(); failed = once()
    print(json.dumps([time.process_time() - begun, failed]), flush=True)
"""


def real_files(folders: list[str]) -> list[bytes]:
    """What pydicom itself can read and write: of the folders given, or of its own test data."""
    roots = [Path(folder) for folder in folders] or [
        Path(data_store.__file__).parent,
        Path(pydicom.__file__).parent / "data" / "test_files",
    ]
    contents = [path.read_bytes() for root in roots for path in sorted(root.rglob("*")) if path.is_file()]
    return [content for content in contents if is_for_all(content)]


def is_for_all(content: bytes) -> bool:
    try:
        rewrite(content)
    except Exception:  # broken ones are part of the test data
        return False
    return True


def rewrite(content: bytes) -> None:
    pydicom.dcmread(io.BytesIO(content)).save_as(io.BytesIO())


def ours(content: bytes) -> None:
    try:
        deidentify_in_sandbox(content, KEY, owner="benchmark")
    except BadDicom:
        REFUSED.append(1)


REFUSED: list[int] = []


def tree_seconds() -> float:
    """Processor time of this process and all that live below it."""
    me = psutil.Process()
    spent = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    return sum(times.user + times.system + times.children_user + times.children_system for times in spent)


def timed(work: Callable[[bytes], None], contents: list[bytes]) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    clock, processor = time.perf_counter(), tree_seconds()
    for content in contents:
        work(content)
    return time.perf_counter() - clock, tree_seconds() - processor


class Peer:
    def __init__(self, folder: Path, name: str, files: Path) -> None:
        environment = folder / name
        venv.create(environment, with_pip=True)
        python = environment / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEERS[name]], check=True, stderr=subprocess.DEVNULL)
        self._process = subprocess.Popen(
            [python, "-c", PEER_CODE, name, files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def once(self) -> tuple[float, int]:
        print("go", file=self._process.stdin, flush=True)
        seconds, failed = json.loads(self._process.stdout.readline())
        return seconds, failed

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def main() -> None:
    warnings.simplefilter("ignore")
    contents = real_files(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="overread-bench-") as name:
        files = Path(name, "files")
        files.mkdir()
        for number, content in enumerate(contents):
            (files / f"{number:05}").write_bytes(content)
        peers = {peer: Peer(Path(name), peer, files) for peer in PEERS}
        try:
            measure(contents, peers)
        finally:
            for peer in peers.values():
                peer.stop()


def measure(contents: list[bytes], peers: dict[str, Peer]) -> None:
    for work in (rewrite, ours):
        timed(work, contents)  # warm
    REFUSED.clear()
    rows: dict[str, list[float]] = {}
    failures = dict.fromkeys(peers, 0)
    clocks: list[float] = []
    for _ in range(ROUNDS):
        floor, mine = timed(rewrite, contents), timed(ours, contents)
        clocks.append(floor[0] / mine[0])
        rows.setdefault("pydicom read + write (floor)", []).append(floor[1])
        rows.setdefault("overread, with its throw-away process", []).append(mine[1])
        for name, peer in peers.items():
            seconds, failures[name] = peer.once()
            rows.setdefault(name, []).append(seconds)
    floors = rows["pydicom read + write (floor)"]
    print(f"{len(contents)} files, {sum(map(len, contents)) / 1e6:.0f} MB, {ROUNDS} rounds in turn\n")
    print("| what | ms of processor a file | share of the floor |\n|---|---|---|")
    for name, seconds in rows.items():
        share = statistics.median(floor / own for floor, own in zip(floors, seconds, strict=True))
        print(f"| {name} | {statistics.median(seconds) / len(contents) * 1000:.2f} | {share:.2f} |")
    print(f"\nby the clock overread has {statistics.median(clocks):.2f} of the floor's files a second (goal 0.40);")
    print(f"refused {len(REFUSED) // ROUNDS} files; failed of the peers: {failures}")


if __name__ == "__main__":
    main()
