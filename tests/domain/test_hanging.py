"""Hanging protocols as data: which picture lies where."""

import pytest
from pydicom import Dataset, dcmread

from labeling.domain.dicom.display import display_of
from labeling.domain.hanging import BUILT_IN, Picture, arrangements, chest_wall


def mammogram(side, view, study=0, orientation=()):
    uid = f"{side}{view}{study}"
    return Picture(f"series {uid}", uid, "MG", study=study, view=view, laterality=side, orientation=orientation)


def best(*pictures):
    return arrangements(BUILT_IN, pictures)[0]


def titles(arrangement):
    return [pane["title"] for pane in arrangement["panes"]]


def uids(arrangement):
    return [pane["sop_instance_uid"] for pane in arrangement["panes"]]


FOUR = [mammogram(side, view) for view in ("MLO", "CC") for side in ("L", "R")]


def test_four_mammograms_hang_two_by_two_with_the_chest_walls_in_the_middle():
    hung = best(*FOUR)
    assert (hung["name"], hung["rows"], hung["columns"]) == ("Mammography", 2, 2)
    assert uids(hung) == ["RCC0", "LCC0", "RMLO0", "LMLO0"]
    assert [pane["align"] for pane in hung["panes"]] == ["right", "left", "right", "left"]
    assert all(pane["is_same_size"] for pane in hung["panes"])
    assert hung["links"] == {"zoom": True, "window": True}


def test_the_chest_wall_is_where_posterior_is():
    mirrored = [mammogram("R", "CC", orientation=("A", "L")), mammogram("L", "CC", orientation=("P", "R"))]
    assert [pane["align"] for pane in best(*mirrored)["panes"]] == ["left", "right", "", ""]


def test_a_missing_view_keeps_its_place():
    hung = best(*FOUR[:3])
    assert uids(hung) == ["", "LCC0", "RMLO0", "LMLO0"]
    assert titles(hung)[0] == "R CC"


def test_mammograms_of_a_prior_stand_beside_their_view():
    hung = best(*FOUR, *[mammogram(side, view, 1) for view in ("MLO", "CC") for side in ("L", "R")])
    assert uids(hung) == ["RCC0", "LCC0", "RCC1", "LCC1", "RMLO0", "LMLO0", "RMLO1", "LMLO1"]


def test_a_chest_film_hangs_with_its_lateral_and_its_prior():
    frontal, lateral = Picture("a", "pa", "DX", view="PA"), Picture("b", "lat", "DX", view="LL")
    prior = Picture("c", "old", "CR", study=1, view="AP")
    assert uids(best(frontal, lateral, prior)) == ["pa", "lat", "old"]
    assert uids(best(frontal, prior)) == ["pa", "", "old"]
    assert uids(best(lateral, frontal)) == ["pa", "lat"]
    assert best(frontal)["name"] == "One"


@pytest.mark.parametrize(("count", "layout"), [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (7, (2, 2))])
def test_series_of_slices_are_spread_over_as_many_panes(count, layout):
    hung = best(*(Picture(f"s{number}", "", "MR", frames=20) for number in range(count)))
    assert (hung["rows"], hung["columns"]) == layout
    assert hung["panes"][0]["series_instance_uid"] == "s0"


def test_a_ct_hangs_beside_its_prior():
    hung = best(Picture("now", "", "CT"), Picture("then", "", "CT", study=1))
    assert [pane["series_instance_uid"] for pane in hung["panes"]] == ["now", "then"]
    assert hung["links"]["scroll"]


def test_anything_hangs_somehow_and_nothing_hangs_nowhere():
    assert best(Picture("a", "", "US"))["name"] == "One"
    assert best(Picture("a", "", ""))["panes"][0]["series_instance_uid"] == "a"
    assert arrangements(BUILT_IN, []) == []


def test_view_and_side_of_a_real_mammogram_come_from_its_codes(corpus):
    real = display_of(dcmread(corpus / "mg" / "nema_mg1_mlo_j2k.dcm", stop_before_pixels=True), False, [0, 1])
    assert (real["view_position"], real["laterality"], real["patient_orientation"]) == ("MLO", "L", ["A", "F"])
    assert chest_wall(mammogram("L", "MLO", orientation=("A", "F"))) == "left"


@pytest.mark.parametrize(("code", "view"), [("399162004", "CC"), ("R-10226", "MLO"), ("unknown", "")])
def test_a_view_may_stand_in_its_code_sequence_only(code, view):
    ds, item = Dataset(), Dataset()
    item.CodeValue = code
    ds.ViewCodeSequence = [item]
    assert display_of(ds, False, [0, 1])["view_position"] == view
