"""`manage.py deidentify`: a folder in, a folder out, and a report that names nothing that was removed."""

import json

import pytest
from django.core.management import CommandError, call_command
from pydicom import dcmread

from labeling.domain.dicom.deidentification.profiles import BASIC
from tests import archives, phantoms
from tests.finder import TEXT, with_text


@pytest.fixture
def folder(tmp_path):
    """Files with a patient's name in their paths, and some that are none of ours."""
    source = tmp_path / "Zwetschkenbaum Leopoldine"
    source.mkdir()
    for number, content in enumerate(phantoms.ct_series(slices=2)):
        (source / f"Zwetschkenbaum_{number}.dcm").write_bytes(content)
    (source / "notes.txt").write_text("Leopoldine Zwetschkenbaum, born 5 March 1931")
    (source / "cut.dcm").write_bytes(phantoms.radiograph()[:-100])
    return source


def run(source, target, *, profile="basic", **options):
    report = target.parent / "report.json"
    call_command("deidentify", str(source), str(target), profile=profile, report=str(report), **options)
    return json.loads(report.read_text())


def outputs(target):
    return [dcmread(path) for path in sorted(target.iterdir())]


def test_each_file_is_accounted_for_by_number_and_the_good_ones_are_written(folder, tmp_path):
    report = run(folder, tmp_path / "out")
    assert report["counts"] == {
        "files": 4, "accepted": 2, "duplicate": 0, "conflict": 0, "quarantined": 0, "rejected": 2,
    }  # fmt: skip
    assert [(file["number"], file["outcome"], file["reason"]) for file in report["files"]] == [
        (1, "accepted", ""),
        (2, "accepted", ""),
        (3, "rejected", "truncated"),
        (4, "rejected", "not_dicom"),
    ]
    written = outputs(tmp_path / "out")
    assert sorted(file["output"] for file in report["files"] if file["output"]) == sorted(
        f"{ds.SOPInstanceUID}.dcm" for ds in written
    )
    assert {str(ds.PatientName)[:2] for ds in written} == {"P-"}


def test_neither_report_nor_terminal_nor_outputs_name_the_patient(folder, tmp_path, capfd):
    report = run(folder, tmp_path / "out")
    said = (
        "".join(capfd.readouterr()) + json.dumps(report) + " ".join(path.name for path in (tmp_path / "out").iterdir())
    )
    everything = said.encode() + b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    for word in (b"zwetschken", b"leopoldine", b"4711", b"19310305", b"hinterbrunn"):
        assert word not in everything.lower(), word


def test_paths_are_said_on_the_terminal_when_asked_for(folder, tmp_path, capsys):
    run(folder, tmp_path / "out", show_paths=True)
    assert "notes.txt" in capsys.readouterr().err


def test_the_report_counts_actions_and_what_text_is_left(folder, tmp_path):
    report = run(folder, tmp_path / "out")
    assert report["profile"] == BASIC.to_json()
    assert report["actions"]["PatientName"] == {"D": 2}
    assert report["actions"]["StudyDate"] == {"C": 2}
    assert ["StudyDescription", "Thorax", 2] in report["remaining_texts"]
    assert len(report["key_fingerprint"]) == 16


def test_text_burned_in_is_masked_and_said(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "film.dcm").write_bytes(with_text(rows=300, columns=400, text="ZWETSCHKE"))
    report = run(source, tmp_path / "out")
    (ds,) = outputs(tmp_path / "out")
    assert report["files"][0]["masks"]
    assert ds.BurnedInAnnotation == "NO"
    assert not ds.pixel_array[TEXT[1] : TEXT[3], TEXT[0] : TEXT[2]].any()


def test_a_second_run_finds_duplicates_and_another_content_a_conflict(folder, tmp_path):
    run(folder, tmp_path / "out")
    assert run(folder, tmp_path / "out")["counts"]["duplicate"] == 2
    (folder / "again.dcm").write_bytes(phantoms.ct_series(slices=1, rows=16)[0])
    assert run(folder, tmp_path / "out")["counts"]["conflict"] == 1


def test_a_profile_may_come_from_a_file(folder, tmp_path):
    own = tmp_path / "own.json"
    options = ["retain_full_dates", "clean_descriptors"]
    own.write_text(json.dumps(BASIC.to_json() | {"name": "own", "version": 7, "options": options}))
    run(folder, tmp_path / "out", profile=str(own))
    assert {(ds.StudyDate, ds.DeidentificationMethod[:14]) for ds in outputs(tmp_path / "out")} == {
        ("20240317", "Overread own/7")
    }


@pytest.mark.parametrize("profile", ["no such", "notes"])
def test_a_profile_that_is_none_is_refused(folder, tmp_path, profile):
    (tmp_path / "notes").write_text('{"name": "own"}')
    name = str(tmp_path / "notes") if profile == "notes" else profile
    with pytest.raises(CommandError):
        run(folder, tmp_path / "out", profile=name)
    assert not (tmp_path / "out").exists()


def test_out_within_in_and_an_empty_folder_are_refused(folder, tmp_path):
    with pytest.raises(CommandError):
        run(folder, folder / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError):
        run(tmp_path / "empty", tmp_path / "out")


def test_what_an_archive_holds_is_taken_one_by_one(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    inner = archives.of([("b.dcm", phantoms.radiograph(study=3))])
    members = [("CANARY.dcm", phantoms.radiograph(study=2)), ("inner.zip", inner), ("notes.txt", b"CANARY")]
    (source / "a.zip").write_bytes(archives.of(members))
    (source / "b.zip").write_bytes(archives.of(members)[:-30])
    report = run(source, tmp_path / "out")
    assert [(file["number"], file.get("member"), file["reason"]) for file in report["files"]] == [
        (1, 1, ""),
        (1, 2, "nested_archive"),
        (1, 3, "not_dicom"),
        (2, None, "broken_archive"),
    ]
    assert "CANARY" not in json.dumps(report)
