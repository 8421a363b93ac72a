"""Puts the checks together: what is judged of a run of the command, and of runs beside it."""

import tempfile
from pathlib import Path

from tests.deidentification.check_attributes import check_attributes
from tests.deidentification.check_objects import check_objects, check_references, standards_errors
from tests.deidentification.check_people import check_again, check_other_key, check_people
from tests.deidentification.check_traces import check_run, check_traces
from tests.deidentification.corpus import write_inputs
from tests.deidentification.reading import Ledger, judging, read_run

FEW = 16


def judge(cases, deidentify, folder):
    """Run `deidentify(inputs, outputs, report, key)` thrice and judge what it wrote.

    `key` is 0 for the usual key and 1 for another; the second and third runs see a part of the cases.
    """
    ledger = Ledger()
    first = run_once(cases, deidentify, folder / "first", 0)
    again = run_once(cases[:FEW], deidentify, folder / "again", 0)
    other = run_once(cases[:FEW], deidentify, folder / "other", 1)
    with judging():
        for run in (first, other):
            judge_pairs(run, ledger if run is first else Ledger())
        check_run(first, ledger)
        check_references(first, ledger)
        check_people(first, ledger)
        check_again(first, again, ledger)
        check_other_key(first, other, ledger)
    return first, ledger


def run_once(cases, deidentify, folder, key):
    inputs, outputs, report = folder / "in", folder / "out", folder / "report.json"
    count = write_inputs(cases, inputs)
    deidentify(inputs, outputs, report, key)
    with judging():
        return read_run(cases, outputs, report, count)


def judge_pairs(run, ledger):
    for pair in run.pairs:
        check_attributes(run, pair, ledger)
        check_traces(pair, ledger)
        check_objects(run, pair, ledger)


def new_standards_errors(run):
    """Give dciodvfy's errors that an output has and its input had not, by case; None where the tool is not there."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.dcm", Path(folder) / "after.dcm"
        for pair in run.pairs:
            if pair.case.syntax == "deflated":  # the tool cannot inflate
                continue
            before.write_bytes(pair.case.content)
            after.write_bytes(pair.content)
            errors = standards_errors(after)
            if errors is None:
                return None
            new = errors - standards_errors(before)
            if new:
                found[str(pair.case)] = sorted(new)
    return found
