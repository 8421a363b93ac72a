#!/usr/bin/env python3
"""Draw docs/viewer.md and its pictures: the real viewer in Chromium, over studies made in code.

.venv/bin/python docs/pictures.py [words of the pictures to draw]

Fails when a page throws, breaks its security policy, or a picture comes out too large.
"""

import contextlib
import functools
import os
import secrets
import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from pydicom import dcmread  # noqa: E402

from labeling.domain.phantom import chest_ct  # noqa: E402
from tests.viewer.cases import EFFUSION, NODULE, Case  # noqa: E402
from tests.viewer.conftest import Screen, rendered  # noqa: E402
from tests.viewer.fake_api import FakeApi, serve  # noqa: E402

FOLDER = ROOT / "docs" / "viewer"
LARGEST = 150_000
AXIAL, CORONAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1]
CT_WINDOWS = [{"center": -600, "width": 1500, "name": "LUNG"}, {"center": 40, "width": 400, "name": "SOFT TISSUE"}]
BESIDE = {"scroll": True, "zoom": True, "pan": True}


# Studies


def noise(rows: int, columns: int, strength: float, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, strength, (rows, columns))


def soft(inside: np.ndarray, edge: float) -> np.ndarray:
    return np.clip(inside / edge + 0.5, 0, 1)


def film(seed: int = 3, nodule: float = 260) -> np.ndarray:
    """A frontal chest: dark lungs, ribs, a heart, a diaphragm, and a nodule in the right lung."""
    y, x = np.mgrid[0:900, 0:800].astype(float)
    tissue = 1500 + 500 * soft(330 - np.abs(x - 400) + 0.15 * y, 120)
    for side in (-1, 1):
        lung = 1 - np.hypot((x - 400 - side * 165) / 135, (y - 430) / 310)
        tissue -= 1150 * soft(lung, 0.25)
        for rib in range(9):
            bow = 150 + rib * 70 + ((x - 400) * side - 150) ** 2 / 700
            tissue += 130 * soft(9 - np.abs(y - bow), 10) * soft(lung, 0.2)
    tissue += 900 * soft(1 - np.hypot((x - 450) / 130, (y - 560) / 150), 0.3)
    tissue += 500 * soft(48 - np.abs(x - 400), 40)
    tissue += 900 * soft(y - 720 + 40 * np.cos((x - 400) / 110), 50)
    tissue += nodule * soft(24 - np.hypot(x - 235, y - 380), 14)
    return np.clip(tissue + noise(900, 800, 20, seed), 0, 4095).astype(np.uint16)


def breast(side: str, view: str) -> np.ndarray:
    """Chest wall at the edge where its side is stored; glandular tissue in strands, a muscle in the oblique view."""
    y, x = np.mgrid[0:800, 0:480].astype(float)
    depth = 1 - np.hypot(x / 400, (y - 400) / (330 if view == "CC" else 375))
    random = np.random.default_rng(len(view))
    strands = sum(
        np.sin(x * a + y * b + c) for a, b, c in zip(*random.uniform(-0.06, 0.06, (2, 8)), range(8), strict=True)
    )
    picture = soft(depth, 0.12) * (1100 + 130 * strands * soft(depth - 0.2, 0.4))
    if view == "MLO":
        picture += 900 * soft(170 - x - y * 0.45, 30) * soft(depth + 0.6, 0.1)
    if (side, view) in {("R", "CC"), ("R", "MLO")}:
        picture += 700 * soft(20 - np.hypot(x - 210, y - 360), 12)
    picture = np.clip(picture + soft(depth, 0.1) * noise(800, 480, 25), 0, 4095).astype(np.uint16)
    return picture[:, ::-1] if side == "R" else picture


def add(case: Case, pictures: list[np.ndarray], modality: str, mm: tuple[float, float], words: str, **more) -> None:
    spacing = {"row_mm": mm[0], "column_mm": mm[1], "source": "PixelSpacing"}
    case.add_series(pictures, modality=modality, number=len(case.series) + 1, spacing=spacing, **more)
    case.series[-1] |= {"description": words, "thumbnail_url": thumbnail(pictures[len(pictures) // 2])}


def thumbnail(picture: np.ndarray) -> str:
    low, high = np.percentile(picture, (2, 99))
    grey = np.clip((picture - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    image, file = Image.fromarray(grey), BytesIO()
    image.thumbnail((128, 128))
    image.save(file, "WEBP")
    return "data:image/webp;base64," + b64encode(file.getvalue()).decode()


def placed(case: Case, positions: list[list[float]]) -> None:
    for number, (instance, position) in enumerate(zip(case.series[-1]["instances"], positions, strict=True), 1):
        instance["display"] = {"position": position}
        instance["instance_number"] = number


@functools.cache
def chest() -> Case:
    case = Case()
    add(case, [film()], "DX", (0.4, 0.4), "Chest PA", windows=[{"center": 1400, "width": 2600, "name": ""}])
    return case


def chest_with_prior() -> Case:
    case = chest.__wrapped__()
    case.add_series([film(8, 90)], modality="DX", number=2, **case.series[0]["common"]["display"])
    case.series[1] |= {"study": 1, "description": "Chest PA", "thumbnail_url": thumbnail(film(8, 90))}
    return case


def mammograms() -> Case:
    case = Case()
    for view in ("CC", "MLO"):
        for side in ("R", "L"):
            window = [{"center": 1200, "width": 2400, "name": ""}]
            names = {"laterality": side, "view_position": view}
            add(case, [breast(side, view)], "MG", (0.25, 0.25), f"{side} {view}", windows=window, **names)
    return case


def volume() -> np.ndarray:
    """The chest CT of the demo project at half its resolution, in HU."""
    slices = [dcmread(BytesIO(data)).pixel_array[::2, ::2].astype(np.int16) - 1024 for data in chest_ct(40)]
    return np.ascontiguousarray(np.stack(slices))


@functools.cache
def ct() -> Case:
    """Lung, soft tissue and coronal series of one phantom, and a series as an MR of it would look."""
    case, stack, space = Case(), volume(), {"frame_of_reference_uid": "2.25.1"}
    edge = -179.0
    positions = [[edge, edge, index * 2.5] for index in range(len(stack))]
    for words, windows in (("Lung", CT_WINDOWS), ("Soft tissue", CT_WINDOWS[::-1])):
        add(case, list(stack), "CT", (1.4, 1.4), words, windows=windows, orientation=AXIAL, rescale_type="HU", **space)
        placed(case, positions)
    rows = range(40, 216, 8)
    coronal = [np.repeat(stack[::-1, row], 2, axis=0) for row in rows]
    add(
        case, coronal, "CT", (1.25, 1.4), "Coronal", windows=CT_WINDOWS, orientation=CORONAL, rescale_type="HU", **space
    )
    placed(case, [[edge, edge + row * 1.4, 98.75] for row in rows])
    inverse = [np.clip(700 - np.abs(plane - 60), 0, 700).astype(np.int16) for plane in stack[::2]]
    add(case, inverse, "MR", (1.4, 1.4), "T1 (made from CT)", orientation=AXIAL, **space,
        windows=[{"center": 350, "width": 700, "name": ""}])  # fmt: skip
    placed(case, positions[::2])
    return case


def hung(series: int, title: str = "", align: str = "", index: int = 0) -> dict:
    names = {"series_instance_uid": f"2.25.{series}", "sop_instance_uid": f"2.25.9.s{series}i{index}", "frame": 1}
    return names | {"align": align, "is_same_size": bool(align), "title": title}


def hanging(name: str, rows: int, columns: int, *panes: dict, **links: bool) -> dict:
    protocol = {"name": name, "rows": rows, "columns": columns, "links": links, "panes": list(panes)}
    return {"hanging": {"protocols": [protocol]}}


MAMMOGRAPHY = hanging("Mammography", 2, 2, hung(0, "R CC", "right"), hung(1, "L CC", "left"),
                      hung(2, "R MLO", "right"), hung(3, "L MLO", "left"), zoom=True, window=True)  # fmt: skip
CURRENT = {"study_instance_uid": "2.25.5", "is_prior": False, "date": "2019-03-04", "interval_days": 0}
PRIOR = {"study_instance_uid": "2.25.6", "is_prior": True, "date": "2017-02-01", "interval_days": 761}
STUDIES = [study | {"description": "Chest"} for study in (CURRENT, PRIOR)]
WITH_PRIOR = hanging("Prior beside", 1, 2, hung(0, "Current"), hung(1, "Prior"), **BESIDE) | {"studies": STUDIES}
THREE = hanging("Three series", 1, 3, hung(0), hung(1), hung(2, index=11), **BESIDE)


# What a reader does


def layout(rows: int, columns: int) -> Callable:
    def choose(screen):
        screen.page.locator("[data-part=toolbar]").get_by_role("button", name="Layout").click()
        screen.page.get_by_role("button", name=f"{rows} by {columns}", exact=True).click()

    return choose


def slice_of(index: int) -> Callable:
    return lambda screen: screen.page.evaluate(f"overread.view.show(overread.view.seriesIndex, {index})")


def take(words: str, keeps_selection: bool = False) -> Callable:
    def tool(screen):
        if not keeps_selection:
            screen.page.keyboard.press("Escape")
        toolbar = screen.page.locator("[data-part=toolbar]")
        button = toolbar.get_by_role("button", name=words, exact=True)
        if not button.first.is_visible():
            toolbar.get_by_title("More tools").click()
        button.last.click()

    return tool


def drag(*places: tuple[float, float]) -> Callable:
    def move(screen):
        mouse, targets = screen.page.mouse, [screen.at(*place) for place in places]
        mouse.move(*targets[0])
        mouse.down()
        for target in targets[1:]:
            mouse.move(*target, steps=3)
        mouse.up()

    return move


def click(*places: tuple[float, float]) -> Callable:
    def clicks(screen):
        for place in places:
            screen.page.mouse.click(*screen.at(*place))

    return clicks


def press(key: str) -> Callable:
    return lambda screen: screen.page.keyboard.press(key)


def planes(*names: str) -> Callable:
    """Choose in the menu Planes."""

    def choose(screen):
        for name in ("Planes", *names):
            screen.page.get_by_role("button", name=name, exact=True).first.click()
        screen.page.keyboard.press("Escape")
        screen.page.wait_for_timeout(1500)

    return choose


def round_place(x: float, y: float, radius: float, count: int = 24) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * np.pi, count)
    return [(x + radius * np.cos(t) * (1 + 0.15 * np.sin(3 * t)), y + radius * np.sin(t)) for t in turns]


def goes_offline(screen):
    screen.saved()
    screen.api.is_down = True
    drag((520, 300), (580, 360))(screen)
    press("Escape")(screen)


def changes_elsewhere(screen):
    """Another page moves the mark first; then it is nudged here."""
    screen.saved()
    (name,) = screen.api.marks
    mark = screen.api.marks[name]
    moved = {**mark, "geometry": {**mark["geometry"], "x": mark["geometry"]["x"] + 12}, "version": mark["version"] + 1}
    screen.api.kept["annotations", name].append(moved)
    press("Shift+ArrowRight")(screen)
    screen.page.get_by_role("dialog").wait_for()


BOX = drag((200, 345), (270, 415))
SECOND = drag((520, 600), (640, 720))


# The pictures


@dataclass(frozen=True)
class Picture:
    name: str
    caption: str
    case: Callable[[], Case]
    steps: tuple[Callable, ...] = ()
    shape: str = "box"
    tool: str = ""
    more: dict | None = None
    failing: tuple[str, ...] = ()


def tool(name: str, words: str, caption: str, *steps: Callable, shape: str = "", case=chest) -> Picture:
    return Picture(f"tool_{name}", caption, case, (take(words), *steps), shape or name, words)


LAYOUTS = (
    Picture("layout_1x1", "One picture fills the screen.", chest),
    Picture("layout_1x2", "Two series side by side.", ct, (layout(1, 2), slice_of(20))),
    Picture("layout_2x2", "Four series at once; a click puts a series into the framed place.", ct,
            (layout(2, 2), slice_of(20))),
    Picture("layout_3x3", "Nine places; those without a series say so.", ct, (layout(3, 3), slice_of(20))),
    Picture("layout_4x4", "Sixteen places, the most there can be.", ct, (layout(4, 4), slice_of(20))),
    Picture("mammography", "A mammogram hangs with the chest walls in the middle and in one size.", mammograms,
            more=MAMMOGRAPHY),
    Picture("prior", "The prior hangs beside the current film, with the time between them.", chest_with_prior,
            more=WITH_PRIOR),
    Picture("three_series", "Three series of a CT scroll together, and lines show where their slices meet.", ct,
            (slice_of(20),), more=THREE),
)  # fmt: skip
RING = round_place(235, 380, 36)
TOOLS = (
    tool("box", "Box", "A box is dragged from corner to corner.", BOX),
    tool("rotated_box", "Turned box", "A turned box follows what lies askew.", drag((180, 330), (300, 430)),
         drag((240, 294), (285, 300))),
    tool("ellipse", "Ellipse", "An ellipse is dragged like a box and turned by the ends of its axes.", BOX),
    tool("polygon", "Polygon", "A polygon is clicked corner by corner.",
         click((205, 350), (250, 340), (275, 375), (255, 415), (210, 410), (205, 350)), shape="polygon"),
    tool("freehand", "Freehand", "A freehand outline is followed with the button held.", drag(*RING), shape="polygon"),
    tool("point", "Point", "A point marks a place by one click.", click((235, 380))),
    tool("line", "Line", "A line shows its length in millimetres.", drag((190, 380), (285, 380))),
    tool("angle", "Angle", "An angle is clicked at an end, the vertex and the other end.",
         click((400, 150), (400, 500), (560, 260))),
    tool("bidirectional", "Diameters", "Two diameters measure a lesion as RECIST asks.", drag((207, 372), (264, 390))),
    tool("box_3d", "3D box", "A box on two slices fills those between; dashes show what was filled in.", slice_of(5),
         drag((52, 92), (82, 122)), slice_of(13), drag((55, 95), (79, 119)), press("Escape"),
         slice_of(9), case=ct),
    tool("brush", "Brush", "The brush paints a mask.", drag(*round_place(235, 380, 14)), shape="mask"),
    tool("eraser", "Eraser", "The eraser takes away what the brush painted.", take("Brush"),
         drag(*round_place(235, 380, 14)), take("Eraser"), drag((225, 380), (262, 380)), shape="mask"),
    tool("threshold", "Threshold", "The threshold brush paints only where the grey values fit.",
         drag(*round_place(235, 380, 14)), shape="mask"),
    tool("fill", "Fill", "Fill closes the holes of a painted ring.", take("Brush"), drag(*RING),
         take("Fill", keeps_selection=True), click((235, 380)), shape="mask"),
)  # fmt: skip
STATES = (
    Picture("planes", "A CT is resliced in three planes from the slices already loaded.", ct,
            (slice_of(20), planes("Three planes"))),
    Picture("attributes", "Right after drawing, what the label asks is answered at the cursor.", chest, (BOX,)),
    Picture("findings", "The panel lists the findings; a click shows one.", chest,
            (BOX, press("Escape"), SECOND, press("2"), press("Escape"))),
    Picture("conflict", "When another page changed the mark, both versions are shown and one is chosen.", chest,
            (BOX, changes_elsewhere)),
    Picture("failed", "An image that could not be loaded leaves the place dark, and nothing can be drawn there.",
            chest_with_prior, more=WITH_PRIOR, failing=("s1i0/1",)),
    Picture("keys", "The question mark shows every key; each can be changed.", chest, (press("?"),)),
    Picture("offline", "Without a connection the corner says how many changes wait.", chest,
            (BOX, press("Escape"), goes_offline)),
)  # fmt: skip
CHAPTERS = {"Layouts": LAYOUTS, "Tools": TOOLS, "States": STATES}


# The command


@contextlib.contextmanager
def static_files() -> Iterator[Path]:
    """Django with its static files collected in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="overread-pictures-") as folder:
        os.environ |= {key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "DEID_KEY")}
        os.environ |= {"OVERREAD_VAR": folder, "DATABASE_URL": "postgresql://localhost/none", "STORAGE_URL": ""}
        os.environ |= {"REDIS_URL": "redis://localhost", "DJANGO_SETTINGS_MODULE": "annotation_site.settings"}
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        yield Path(settings.STATIC_ROOT)


def chromium() -> dict:
    """Chromium as the machine has it, as in the tests."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    path = os.environ.get("OVERREAD_CHROMIUM") or next(filter(None, found), None)
    if path is None:
        sys.exit("no Chromium: install it, or name it in OVERREAD_CHROMIUM")
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


def offered(page: Page, picture: Picture) -> bool:
    """Whether the page knows the picture's tool."""
    code = 'import("/static/viewer/tools/registry.js").then(({ TOOLS }) => TOOLS.map(({ words }) => words))'
    return not picture.tool or picture.tool in page.evaluate(code)


def opened(page: Page, picture: Picture, static: Path):
    case = picture.case()
    read = case.read | {"preferences": {"keys": {}, "tour_seen": True}} | (picture.more or {})
    read["schema"]["labels"] = [label | {"shapes": [picture.shape]} for label in (NODULE, EFFUSION)]
    api = FakeApi(read, case.frames, rendered, static)
    api.failing_frames |= set(picture.failing)
    server = serve(api)
    return server, Screen(page, api, server.url).open("?renderer=2d")


def draw(page: Page, picture: Picture, static: Path) -> bool:
    server, screen = opened(page, picture, static)
    try:
        if not offered(page, picture):
            return False
        shown = "overread.screen.panes.every(({ viewport: v }) => v.isEmpty || v.shown === v.asked)"
        screen.until(shown) if not picture.failing else page.wait_for_timeout(1200)
        for step in picture.steps:
            step(screen)
            page.wait_for_timeout(120)
        if not picture.failing:
            screen.until(shown)
        page.wait_for_timeout(400)
        keep(picture, page.screenshot())
        return True
    finally:
        page.goto("about:blank")
        server.shutdown()


def keep(picture: Picture, screenshot: bytes) -> None:
    file = FOLDER / f"{picture.name}.webp"
    Image.open(BytesIO(screenshot)).convert("RGB").save(file, "WEBP", quality=82, method=6)
    if file.stat().st_size > LARGEST:
        sys.exit(f"{file.name} has {file.stat().st_size} bytes, more than {LARGEST}")


def write_page(drawn: set[str]) -> None:
    lines = [
        "# The viewer in pictures",
        "",
        "Made by `.venv/bin/python docs/pictures.py`; all studies are made in code.",
        "",
    ]
    for chapter, pictures in CHAPTERS.items():
        lines += [f"## {chapter}", ""]
        for picture in pictures:
            if picture.name in drawn:
                lines += [picture.caption, "", f"![{picture.caption}](viewer/{picture.name}.webp)", ""]
    (ROOT / "docs" / "viewer.md").write_text("\n".join(lines))


def main(words: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    drawn, problems = set(), []
    every = [picture for pictures in CHAPTERS.values() for picture in pictures]
    with static_files() as static, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        for picture in every:
            if words and not any(word in picture.name for word in words):
                continue
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.on("pageerror", lambda error, name=picture.name: problems.append(f"{name}: {error}"))
            page.on("console", lambda message, name=picture.name: problems.append(f"{name}: {message.text}")
                    if "Content Security" in message.text else None)  # fmt: skip
            page.on("dialog", lambda dialog: dialog.accept())
            try:
                is_drawn = draw(page, picture, static)
                drawn |= {picture.name} if is_drawn else set()
                print(picture.name, "" if is_drawn else "(no such tool)", flush=True)
            except Exception as error:
                problems.append(f"{picture.name}: {error}")
                print(picture.name, "FAILED", str(error)[:300], flush=True)
            page.close()
        browser.close()
    write_page(drawn if not words else {file.stem for file in FOLDER.glob("*.webp")})
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(sys.argv[1:])
