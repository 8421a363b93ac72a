"""Mutated real files through the real path: each must end in an instance or a reason, in a process that lives on.

Exits with 1 unless every input is accounted for, no worker died, none took longer than 10 s, and no child was larger
than 2 GB. `--only K` puts one input through again and shows what it ends in.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import data_store  # noqa: E402
import pydicom.data  # noqa: E402
from mutations import mutated  # noqa: E402

from labeling import errors  # noqa: E402
from labeling.sandbox import client, prepare_in_sandbox  # noqa: E402

LONGEST_SECONDS = 10.0
MOST_BYTES = 2_000_000_000
KEY = bytes(range(32))


def sources_of(folders: list[Path], max_bytes: int) -> list[bytes]:
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    contents = [path.read_bytes() for path in found if 0 < path.stat().st_size <= max_bytes]
    return [content for content in contents if content[128:132] == b"DICM"]


@dataclass
class PeakMemory:
    """The largest that a child of the sandbox has been, sampled."""

    kilobytes: int = 0

    def watch(self) -> None:
        threading.Thread(target=self._sample, daemon=True).start()

    def _sample(self) -> None:
        while True:
            zygote = client.processes("files")[0]
            try:
                for child in Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split():
                    status = Path(f"/proc/{child}/status").read_text()
                    if "VmHWM:" in status:
                        self.kilobytes = max(self.kilobytes, int(status.split("VmHWM:")[1].split()[0]))
            except OSError:
                pass  # it has just gone
            time.sleep(0.01)


def outcome_of(content: bytes) -> str:
    try:
        prepare_in_sandbox(content, KEY, owner="fuzz")
    except errors.BadDicom as error:
        return error.code
    return "accepted"


def work(sources: list[bytes], seed: int, numbers: range, results: BinaryIO) -> None:
    """In a worker: a line of JSON for each input."""
    outcome_of(sources[0])
    peak = PeakMemory()
    peak.watch()
    for number in numbers:
        content = mutated(seed, number, sources)
        begun = time.perf_counter()
        outcome = outcome_of(content)
        seconds = time.perf_counter() - begun
        line = {"number": number, "outcome": outcome, "seconds": seconds, "kilobytes": peak.kilobytes}
        results.write(json.dumps(line).encode() + b"\n")
        results.flush()


def in_a_worker(sources: list[bytes], seed: int, numbers: range) -> Iterator[dict]:
    """What a forked worker says of each input. It ends early when the worker dies."""
    read_end, write_end = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            os.close(read_end)
            work(sources, seed, numbers, os.fdopen(write_end, "wb"))
            client.stop_all()
            os._exit(0)
        finally:
            os._exit(1)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as results:
        for line in results:
            yield json.loads(line)
    os.waitpid(worker, 0)


@dataclass
class Findings:
    outcomes: Counter = field(default_factory=Counter)
    examples: dict[str, int] = field(default_factory=dict)
    deaths: list[int] = field(default_factory=list)
    hangs: list[int] = field(default_factory=list)
    lost_children: list[int] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    kilobytes: int = 0

    def take(self, line: dict) -> None:
        number, outcome, seconds = line["number"], line["outcome"], line["seconds"]
        self.outcomes[outcome] += 1
        self.examples.setdefault(outcome, number)
        self.slowest = max(self.slowest, (seconds, number))
        self.kilobytes = max(self.kilobytes, line["kilobytes"])
        if outcome.startswith("sandbox_"):
            self.lost_children.append(number)
        if seconds > LONGEST_SECONDS:
            self.hangs.append(number)


def fuzz(sources: list[bytes], seed: int, numbers: range, findings: Findings) -> None:
    """A worker that dies is counted, and another goes on behind the input that it died of."""
    while numbers:
        done = 0
        for line in in_a_worker(sources, seed, numbers):
            findings.take(line)
            done += 1
        if done < len(numbers):
            findings.deaths.append(numbers[done])
            done += 1
        numbers = numbers[done:]


def report(findings: Findings, inputs: int, seconds: float) -> bool:
    accounted = sum(findings.outcomes.values())
    print("| outcome | inputs | first |\n|---|---|---|")
    for outcome, count in findings.outcomes.most_common():
        print(f"| {outcome} | {count} | {findings.examples[outcome]} |")
    print(f"\ninputs {inputs}, accounted for {accounted}, accepted {findings.outcomes['accepted']}")
    print(f"worker deaths {len(findings.deaths)} {findings.deaths[:10]}")
    print(f"children that failed {len(findings.lost_children)} {findings.lost_children[:10]}")
    print(f"longer than {LONGEST_SECONDS:.0f} s {len(findings.hangs)} {findings.hangs[:10]}")
    print(f"slowest input {findings.slowest[0]:.2f} s (number {findings.slowest[1]})")
    print(f"largest child {findings.kilobytes / 1e6:.2f} GB; {inputs / seconds:.1f} inputs/s, {seconds:.0f} s")
    is_small = findings.kilobytes * 1024 < MOST_BYTES
    return accounted == inputs and not findings.deaths and not findings.hangs and is_small


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="real files in addition to those of pydicom")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one input, by its number")
    parser.add_argument("--max-bytes", type=int, default=1_000_000, help="larger files are left out")
    options = parser.parse_args()
    folders = [Path(pydicom.data.__file__).parent, Path(data_store.__file__).parent, *options.folders]
    sources = sources_of(folders, options.max_bytes)
    numbers = range(options.inputs) if options.only is None else range(options.only, options.only + 1)
    print(f"{len(sources)} files, seed {options.seed}, {len(numbers)} inputs", flush=True)
    findings, begun = Findings(), time.perf_counter()
    fuzz(sources, options.seed, numbers, findings)
    return 0 if report(findings, len(numbers), time.perf_counter() - begun) else 1


if __name__ == "__main__":
    sys.exit(main())
