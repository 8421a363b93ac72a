"""Every shape over HTTP, from saving to a release that pycocotools reads; lesions; answers about series and images."""

import csv
import io
import json
import uuid

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from pycocotools.coco import COCO

from labeling.domain.geometry.shapes import SHAPES
from labeling.models import AnnotationVersion, FindingAnswer
from tests import builders
from tests.domain.test_shapes import GOOD, SIZES
from tests.interfaces.api.test_annotations import BOX
from tests.interfaces.api.test_reads import ReadPage
from tests.interfaces.api.test_releases import archive, exported

LESION = "7a6b6c1e-4a1f-4f0a-9d55-0f4d3e2c1b0a"


@pytest.fixture
def page(project, reader, signed_in):
    schema = builders.schema(project, labels=(), is_published=False)
    builders.label(schema, "lesion", shapes=list(SHAPES))
    builders.label(schema, "quality", scope="image", shapes=[])
    builders.label(schema, "motion", scope="series", shapes=[])
    builders.label(schema, "birads", scope="study", shapes=[])
    schema.published_at = schema.created_at
    schema.save(update_fields=["published_at"])
    return ReadPage(signed_in(reader), builders.read(builders.case(project), reader))


def put(page, shape, **changes):
    mark = {"label": "lesion", "shape": shape, "geometry": GOOD[shape], "lesion": LESION}
    return page.put(uuid.uuid4(), **(mark | changes))


def test_every_shape_goes_from_the_page_to_a_release(page, project, manager, signed_in, tmp_path):
    versions = {}
    for shape in SHAPES:
        saved = put(page, shape, origin="interpolated" if shape == "mask" else "drawn")
        assert saved.status_code == 201, saved.json()
        assert (saved.json()["geometry"], saved.json()["lesion"]) == (GOOD[shape], LESION)
        versions[saved.json()["id"]] = 1
    assert sorted(mark["shape"] for mark in page.document().json()["annotations"]) == sorted(SHAPES)
    assert page.submit(versions).status_code == 200
    client = signed_in(manager)
    content = archive(client, exported(client, project))
    (tmp_path / "train.json").write_bytes(content.read("coco/train.json"))
    coco = COCO(str(tmp_path / "train.json"))
    marks = {mark["shape"]: mark for mark in coco.loadAnns(coco.getAnnIds())}
    assert set(marks) == set(SHAPES)
    for shape, mark in marks.items():
        bounds, area = SIZES[shape]
        assert mark["bbox"] == pytest.approx(bounds)
        assert mark["area"] == pytest.approx(area)
        assert mark["lesion"] == LESION
    painted = {shape: coco.annToMask(marks[shape]) for shape in ("mask", "polygon", "rotated_box", "ellipse")}
    assert [tuple(point) for point in np.argwhere(painted["mask"])] == [(5, 0), (6, 0), (7, 0)]
    for shape in ("rotated_box", "ellipse", "polygon"):
        assert painted[shape].sum() == pytest.approx(marks[shape]["area"], rel=0.15)
    assert marks["mask"]["origin"] == "interpolated"
    assert marks["ellipse"]["geometry"] == GOOD["ellipse"]
    rows = list(csv.DictReader(io.StringIO(content.read("csv/marks.csv").decode())))
    assert {row["shape"]: json.loads(row["geometry"] or "{}") for row in rows}["angle"] == GOOD["angle"]


@pytest.mark.parametrize("shape", SHAPES)
def test_an_impossible_geometry_of_any_shape_is_refused(page, shape):
    assert put(page, shape, geometry={"points": [[0, 0]]}).json()["code"] == "invalid_annotation"
    assert not AnnotationVersion.objects.exists()


def test_a_shape_that_the_label_is_not_drawn_as_is_refused(project, reader, signed_in):
    builders.schema(project)
    page = ReadPage(signed_in(reader), builders.read(builders.case(project), reader))
    answer = page.put(uuid.uuid4(), shape="point", geometry=GOOD["point"])
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_annotation")


def test_a_3d_box_names_its_lesion(page):
    refused = put(page, "box_3d", lesion=None)
    assert (refused.status_code, refused.json()["detail"]) == (422, "a box of a 3D box names its lesion")
    assert put(page, "box_3d").status_code == 201
    version = AnnotationVersion.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnotationVersion.objects.create(
            annotation=version.annotation, version=2, label=version.label, shape="box_3d", geometry=BOX,
            instance=version.instance, frame=1, idempotency_key=uuid.uuid4(), content_digest="x",
        )  # fmt: skip


@pytest.mark.parametrize("wrong", [{"lesion": "seven"}, {"origin": "dreamt"}])
def test_a_lesion_is_a_uuid_and_an_origin_is_known(page, wrong):
    assert put(page, "box", **wrong).status_code == 400


def test_a_page_that_knows_no_lesions_still_saves(page):
    """An old page against a new server: what it does not say is as it was before."""
    saved = page.put(uuid.uuid4(), label="lesion").json()
    assert (saved["lesion"], saved["origin"]) == (None, "drawn")


def test_a_withdrawn_mark_keeps_its_lesion(page):
    mark = put(page, "point").json()
    withdrawn = page.delete(mark["id"], base=1).json()
    assert (withdrawn["lesion"], withdrawn["geometry"], withdrawn["is_withdrawn"]) == (LESION, GOOD["point"], True)


def test_answers_about_a_series_and_an_image_are_kept_apart(page, project, manager, signed_in):
    sop, series = page.instance.sop_instance_uid, page.instance.series.series_instance_uid
    for name in (f"quality~{sop}~1", f"motion~{series}", "birads"):
        first = page.answer(name, "present")
        assert first.status_code == 201, first.json()
        assert page.answer(name, "absent", base=1).json()["version"] == 2
    answers = {answer["label"]: answer for answer in page.document().json()["answers"]}
    assert {key: answer["value"] for key, answer in answers.items()} == dict.fromkeys(answers, "absent")
    assert (answers["quality"]["sop_instance_uid"], answers["quality"]["frame"]) == (sop, 1)
    assert answers["motion"]["series_instance_uid"] == series
    assert answers["birads"]["series_instance_uid"] == ""
    assert page.submit().status_code == 200
    client = signed_in(manager)
    content = archive(client, exported(client, project))
    rows = list(csv.DictReader(io.StringIO(content.read("csv/answers.csv").decode())))
    found = {row["label"]: (row["series_instance_uid"], row["sop_instance_uid"], row["frame"]) for row in rows}
    assert found == {"quality": ("", sop, "1"), "motion": (series, "", ""), "birads": ("", "", "")}


def test_answers_about_the_wrong_thing_are_refused(page, project):
    other = builders.case(project).study.series.get()
    sop, series = page.instance.sop_instance_uid, page.instance.series.series_instance_uid
    names = [f"quality~{series}", f"motion~{sop}~1", f"birads~{series}", f"case~{series}", f"lesion~{sop}~1"]
    names += [f"quality~{sop}~2", f"quality~{sop}~0", f"quality~{sop}~one", "quality~2.25.1~1"]
    names += [f"motion~{other.series_instance_uid}", f"quality~{sop}~1~1"]
    names += ["quality~%00~1", "motion~%00", "%00", f"quality~{sop}~{'1' * 4400}"]
    for name in names:
        answer = page.answer(name, "present")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_answer"), name
    assert not FindingAnswer.objects.exists()
