"""The fuzz command, in small."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fuzz(*options):
    command = [sys.executable, "benchmarks/fuzz.py", *options]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=240)


def test_200_mutated_real_files_all_end_in_an_outcome():
    done = fuzz("--inputs", "200", "--seed", "7", "--max-bytes", "100000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inputs 200, accounted for 200" in done.stdout
    assert "worker deaths 0 []" in done.stdout


def test_one_input_can_be_put_through_again():
    first, second = (fuzz("--only", "3", "--max-bytes", "100000").stdout.splitlines()[:4] for _ in range(2))
    assert first == second
