"""The main job in real Chromium: upload a folder, assign, draw two boxes, submit, release, load with pycocotools."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import expect
from pycocotools.coco import COCO

from labeling.models import Instance
from tests import builders, phantoms

VIEWPORT = {"width": 1280, "height": 800}


@pytest.fixture
def browser_page(browser):
    """A context of its own for each person."""
    contexts = []

    def open_as(url, username):
        context = browser.new_context(viewport=VIEWPORT, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{url}/")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(builders.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="My worklist")).to_be_visible()
        return page

    yield open_as
    for context in contexts:
        context.close()


def place(page, column, row):
    """Where a point of the image is on the screen, and what the image point of its whole screen pixel is."""
    return page.evaluate(
        """([column, row]) => {
            const { left, top } = document.querySelector("[data-part=canvas]").getBoundingClientRect();
            const [a, b, c, d, e, f] = overread.view.matrix;
            const x = Math.round(a * column + c * row + e + left), y = Math.round(b * column + d * row + f + top);
            const point = overread.view.toImage({ x: x - left, y: y - top });
            return { x, y, column: point.x, row: point.y };
        }""",
        [column, row],
    )


def draw(page, start, end):
    """Draw a box with the mouse; gives [x, y, width, height] in image pixels."""
    first, second = place(page, *start), place(page, *end)
    page.mouse.move(first["x"], first["y"])
    page.mouse.down()
    page.mouse.move((first["x"] + second["x"]) / 2, second["y"])
    page.mouse.move(second["x"], second["y"])
    page.mouse.up()
    x, y = min(first["column"], second["column"]), min(first["row"], second["row"])
    return [x, y, abs(second["column"] - first["column"]), abs(second["row"] - first["row"])]


def wait_until_saved(page, overread):
    overread.wait_for(lambda: page.evaluate("overread.outbox.isAllSaved"), 20, "the saved state")


def opened(page, overread):
    overread.wait_for(lambda: page.evaluate("Boolean(window.overread)"), 20, "the viewer")
    page.evaluate("overread.ready")


@pytest.fixture
def people(transactional_db):
    project = builders.project("CXR", name="Chest")
    builders.schema(project)
    return project, builders.member(project, "manager", "mona"), builders.member(project, "reader", "rolf")


def test_from_a_folder_of_files_to_ground_truth(overread, people, browser_page, tmp_path):
    folder = tmp_path / "Zwetschkenbaum"
    folder.mkdir()
    # Not square in pixels (480 x 200) nor in millimetres (0.1 x 0.2 mm).
    (folder / "Zwetschkenbaum_Leopoldine.dcm").write_bytes(phantoms.radiograph(rows=200, columns=480))
    (folder / "second.dcm").write_bytes(phantoms.radiograph(rows=200, columns=480, study=2, patient="MRN-9"))
    (folder / "notes.txt").write_text("Leopoldine came at noon")
    overread.start_web()
    overread.start_worker()
    overread.start_beat()

    manager = browser_page(overread.url, "mona")
    manager.goto(f"{overread.url}/projects/CXR/upload/")
    manager.locator("[data-pick-folder-field]").set_input_files(str(folder))
    manager.wait_for_url("**/projects/CXR/batches/*/", timeout=30_000)
    expect(manager.get_by_text("Every file has its outcome")).to_be_visible(timeout=60_000)
    expect(manager.get_by_role("link", name="2 Accepted")).to_be_visible()
    expect(manager.get_by_text("Zwetschkenbaum/Zwetschkenbaum_Leopoldine.dcm")).to_be_visible()
    expect(manager.get_by_text("This is not a DICOM file").first).to_be_visible()
    manager.goto(f"{overread.url}/projects/CXR/")
    manager.get_by_role("button", name="Assign").click()
    expect(manager.get_by_text("2 assignments made.")).to_be_visible()

    reader = browser_page(overread.url, "rolf")
    reader.get_by_role("link", name="Start next case").click()
    opened(reader, overread)
    boxes = [draw(reader, (40, 30), (160.5, 90)), draw(reader, (300, 110), (420, 180))]
    reader.keyboard.press("2")
    wait_until_saved(reader, overread)
    expect(reader.locator("[data-part=save-line]")).to_contain_text("Saved ")
    reader.reload()
    opened(reader, overread)
    assert reader.evaluate("overread.store.liveMarks.length") == 2
    first_address = reader.url
    reader.locator("[data-part=viewport]").focus()
    reader.keyboard.press("Enter")
    reader.wait_for_url(lambda url: url != first_address and "/read/" in url, timeout=20_000)
    opened(reader, overread)
    reader.locator("[data-part=viewport]").focus()
    reader.keyboard.press("0")
    wait_until_saved(reader, overread)
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("All your cases are read")).to_be_visible(timeout=20_000)

    manager.goto(f"{overread.url}/projects/CXR/releases/")
    manager.get_by_label("Name").fill("first")
    for part, share in (("Train %", "100"), ("Val %", "0"), ("Test %", "0")):
        manager.get_by_label(part).fill(share)
    manager.get_by_role("button", name="Create release").click()
    expect(manager.get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    with manager.expect_download() as download:
        manager.get_by_role("link", name="Download zip").click()
    archive = tmp_path / "release.zip"
    download.value.save_as(archive)
    check_coco(archive, tmp_path, boxes)
    check_nothing_identifying(overread, archive)


def check_coco(archive, tmp_path, boxes):
    with zipfile.ZipFile(archive) as content:
        (tmp_path / "train.json").write_bytes(content.read("coco/train.json"))
    coco = COCO(str(tmp_path / "train.json"))
    annotations = coco.loadAnns(coco.getAnnIds())
    assert len(coco.getImgIds()) == 2, "the case without finding is there as an image without boxes"
    assert {(image["width"], image["height"]) for image in coco.loadImgs(coco.getImgIds())} == {(480, 200)}
    for drawn, found in zip(boxes, annotations, strict=True):
        assert found["bbox"] == pytest.approx(drawn, abs=0.01)
    names = [coco.loadCats(found["category_id"])[0]["name"] for found in annotations]
    assert names == ["nodule", "mass"]
    uids = {image["sop_instance_uid"] for image in coco.loadImgs(coco.getImgIds())}
    assert uids == set(Instance.objects.values_list("sop_instance_uid", flat=True))


def check_nothing_identifying(overread, archive):
    """Names are in no log, no stored file and not in the release."""
    words = [word.encode() for word in phantoms.IDENTIFIERS]
    places = [*overread.folder.glob("*.log"), *overread.folder.rglob("storage/**/*")]
    contents = [place.read_bytes() for place in places if place.is_file()]
    with zipfile.ZipFile(archive) as zipped:
        contents += [zipped.read(name) for name in zipped.namelist()]
    assert json.loads(zipfile.ZipFile(io.BytesIO(archive.read_bytes())).read("manifest.json"))
    for content in contents:
        assert not [word for word in words if word in content]
