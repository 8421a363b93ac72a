"""Text burned into pixels: how much is masked, how much is masked where there is none, and seconds of CPU per frame.

Invented names, dates and numbers are drawn into the stored values of real files, in corners and over anatomy; each file
then goes the way of every file, `prepare` and `find_text`. A string counts as masked when 95 % of its ink lies inside
of the boxes. Strings are drawn clear of the boxes found on the untouched image, so that its own labels do not help.

Backgrounds are ultrasound and X-ray images of `pydicom-data` (in the environment) and of the folders named. For the
area masked without need only the images named in CLEAN count: those on which a person saw no letter, figure or marker.
"""

import argparse
import random
import statistics
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import data_store  # noqa: E402
from pydicom import dcmread  # noqa: E402
from pydicom.dataset import Dataset  # noqa: E402
from pydicom.uid import ExplicitVRLittleEndian  # noqa: E402

from labeling.domain.dicom.deidentified_file import Work  # noqa: E402
from labeling.domain.dicom.limits import Limits  # noqa: E402
from labeling.domain.dicom.pixel_text import find_text, warm_up  # noqa: E402
from labeling.domain.dicom.prepare import prepare  # noqa: E402
from labeling.domain.dicom.pseudonyms import Pseudonyms  # noqa: E402
from labeling.domain.dicom.shown_frames import shown_file  # noqa: E402
from labeling.domain.dicom.text_findings import TextFindings  # noqa: E402
from labeling.errors import BadDicom  # noqa: E402

SEED = 20261125
BUNDLED = Path(data_store.__file__).parent / "data"
# One file of each picture: pydicom-data has most of them in several encodings.
BACKGROUNDS = (
    "JPGLosslessP14SV1_1s_1f_8b.dcm",
    "OBXXXX1A.dcm",
    "RG1_UNCR.dcm",
    "RG3_UNCR.dcm",
    "US1_UNCR.dcm",
    "color-px.dcm",
    "color3d_jpeg_baseline.dcm",
    "gdcm-US-ALOKA-16.dcm",
)
MODALITIES = {"US", "CR", "DX", "MG", "XA", "RF", "RG", "PX", "IO"}
CLEAN = {
    "693_UNCR.dcm",  # CT of a head, with a window that makes it black and white
    "JPEG-LL.dcm",  # whole-body scintigraphy
    "MR2_UNCR.dcm",  # MR of a shoulder
    "RG1_UNCR.dcm",  # chest
    "eCT_Supplemental.dcm",  # perfusion of a head
    "fuji_cr_mono1_10bit.dcm",  # chest
    "highdicom_dx_mono1_8bit.dcm",  # foot
    "heart_13frames.dcm",
    "wholebody_signed16_jpeglossless.dcm",
    "philips_cath_75frames_jpeg.dcm",
}
SIZES = (10, 11, 12, 14, 16, 18, 20, 24, 28, 32)
CONTRASTS = {"high": 255, "middle": 80, "low": 40}  # grey levels from the mean of what is underneath
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansCondensed", "DejaVuSerif")
GOALS = {"main": 98.0, "all": 93.0, "clean": 1.0, "seconds": 2.3}
WORK = Work(Pseudonyms(b"benchmark of text in pixels, 32 b"))

FAMILY = (
    "DOE",
    "MUSTERMANN",
    "GARCIA",
    "NGUYEN",
    "O'BRIEN",
    "KOWALSKI",
    "SMITH-JONES",
    "Lindqvist",
    "Okafor",
    "Yamada",
)
GIVEN = ("JOHN", "ERIKA", "MARIA", "VAN", "SEAN", "ANNA", "LEE", "Björn", "Chidi")
PLACES = ("ST. MARY'S HOSPITAL", "Klinikum Nord", "CITY GENERAL HOSP", "Hôpital Cochin", "UNIV. MEDICAL CTR")


@dataclass
class Drawn:
    words: str
    size: int
    contrast: str
    place: str
    ink: np.ndarray  # (rows, columns) of bool
    is_masked: bool = False


def main() -> None:
    options = arguments()
    warnings.simplefilter("ignore")
    warm_up()
    files = [BUNDLED / name for name in BACKGROUNDS] + in_folders(options.folders)
    strings: list[Drawn] = []
    seconds: list[float] = []
    by_file: dict[str, list[bool]] = defaultdict(list)
    for path in files:
        for drawn, spent in measured(path, options):
            strings += drawn
            seconds.append(spent)
            by_file[path.name] += [string.is_masked for string in drawn]
    clean, spent_on_clean = clean_area(options)
    if options.verbose:
        for string in strings:
            if not string.is_masked:
                print(f"missed {string.contrast:7}{string.size:3} px {string.place:8} {string.words}")
    report(strings, by_file, clean)
    sys.exit(not goals_met(strings, clean, seconds + spent_on_clean))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="folders of DICOM files, for more backgrounds")
    parser.add_argument("--images", type=int, default=5, help="images to draw on each background")
    parser.add_argument("--pictures", type=Path, help="a folder for what was drawn, with the boxes")
    parser.add_argument("--verbose", action="store_true", help="list the strings that were missed")
    return parser.parse_args()


def in_folders(folders: list[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.dcm") if modality(path) in MODALITIES)


def modality(path: Path) -> str:
    try:
        return str(dcmread(path, stop_before_pixels=True, force=True).get("Modality", ""))
    except Exception:  # whatever lies in a folder
        return ""


def measured(path: Path, options: argparse.Namespace) -> Iterator[tuple[list[Drawn], float]]:
    """Each image drawn on this background: its strings, judged, and seconds of CPU per frame looked at."""
    background = Background.of(path)
    if background is None or min(background.levels.shape[:2]) < 100:
        return
    chance = random.Random(f"{SEED} {path.name}")
    for turn in range(options.images):
        content, drawn = background.with_text(chance)
        findings, spent = looked_at(content)
        hidden = area(findings)
        for string in drawn:
            string.is_masked = bool(hidden[string.ink].mean() >= 0.95)
        if options.pictures:
            picture(options.pictures / f"{path.stem}_{turn}.png", findings)
        yield drawn, spent


def looked_at(content: bytes) -> tuple[TextFindings, float]:
    dataset = prepare(content, WORK).dataset
    begun = time.process_time()
    findings = find_text(dataset)
    return findings, (time.process_time() - begun) / len(findings.previews)


def area(findings: TextFindings) -> np.ndarray:
    hidden = np.zeros((findings.rows, findings.columns), bool)
    for box in findings.boxes:
        hidden[box.top : box.bottom, box.left : box.right] = True
    return hidden


@dataclass
class Background:
    """One frame of a file: `levels` as shown, and how to write changed levels back into stored values."""

    ds: Dataset
    stored: np.ndarray | None  # None for colour, which is written as RGB
    levels: np.ndarray
    taken: np.ndarray  # where the untouched image has text of its own

    @classmethod
    def of(cls, path: Path) -> "Background | None":
        try:
            prepared = prepare(path.read_bytes(), WORK)
        except BadDicom:
            return None
        file = shown_file(prepared.dataset, Limits())
        ds = dcmread(BytesIO(prepared.dataset))
        shown = file.frames[0].shown
        stored = None
        if shown.ndim == 2:
            pixels = ds.pixel_array
            stored = pixels[0] if pixels.ndim == 3 else pixels
        taken = area(find_text(prepared.dataset))
        if "NumberOfFrames" in ds:
            ds.NumberOfFrames = 1
        return cls(ds, stored, shown, taken)

    def with_text(self, chance: random.Random) -> tuple[bytes, list[Drawn]]:
        levels, taken = self.levels.copy(), self.taken.copy()
        drawn = []
        for turn in range(6):
            place = "corner" if turn < 3 else "anatomy"
            string = draw(levels, taken, place, chance)
            if string is not None:
                drawn.append(string)
        return self._written(levels), drawn

    def _written(self, levels: np.ndarray) -> bytes:
        ds = self.ds
        if self.stored is None:
            ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
            ds.BitsAllocated = ds.BitsStored = 8
            ds.HighBit, ds.PixelRepresentation = 7, 0
            pixels = levels
        else:
            pixels = self._stored_as(levels)
        content = pixels.tobytes()
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.PixelData = content + b"\0" * (len(content) % 2)
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OW" if ds.BitsAllocated > 8 else "OB", False
        buffer = BytesIO()
        ds.save_as(buffer, enforce_file_format=True)
        return buffer.getvalue()

    def _stored_as(self, levels: np.ndarray) -> np.ndarray:
        """Where a level was changed, the stored value of this image that is shown nearest to it."""
        values, first = np.unique(self.stored, return_index=True)
        shown = self.levels.reshape(-1)[first].astype(int)
        nearest = np.array([values[np.argmin(np.abs(shown - level))] for level in range(256)], self.stored.dtype)
        return np.where(levels != self.levels, nearest[levels], self.stored).astype(self.stored.dtype)


def draw(levels: np.ndarray, taken: np.ndarray, place: str, chance: random.Random) -> Drawn | None:
    """Draw one string where there is none yet; None when none of 40 places is free."""
    words, size, contrast = invented(chance), chance.choice(SIZES), chance.choice(list(CONTRASTS))
    alpha = rendered(words, size, chance)
    height, width = alpha.shape
    rows, columns = taken.shape
    if width + 8 > columns or height + 8 > rows:
        return None
    for _ in range(40):
        top, left = spot(place, (rows - height, columns - width), chance)
        around = (slice(max(0, top - 6), top + height + 6), slice(max(0, left - 6), left + width + 6))
        if taken[around].any():
            continue
        taken[around] = True
        under = levels[top : top + height, left : left + width]
        blend(under, alpha, CONTRASTS[contrast])
        ink = np.zeros(taken.shape, bool)
        ink[top : top + height, left : left + width] = alpha >= 0.5
        return Drawn(words, size, contrast, place, ink)
    return None


def spot(place: str, free: tuple[int, int], chance: random.Random) -> tuple[int, int]:
    if place == "anatomy":
        return tuple(chance.randint(int(0.15 * length), max(int(0.15 * length), int(0.85 * length))) for length in free)
    offsets = [chance.randint(2, max(2, min(length // 5, 90))) for length in free]
    return tuple(
        max(0, min(length, offset if chance.random() < 0.5 else length - offset))
        for length, offset in zip(free, offsets, strict=True)
    )


def invented(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1931, 2024)
    family, given = chance.choice(FAMILY), chance.choice(GIVEN)
    return chance.choice(
        (
            f"{family}^{given}",
            f"{family}, {given}",
            f"{given} {family} {chance.choice('MF')}",
            f"MRN {chance.randint(1000, 9999)}-{chance.randint(0, 9999):04}",
            f"ID: {chance.randint(10**6, 10**8)}",
            f"ACC{chance.randint(10**6, 10**7)}",
            f"{day:02}.{month:02}.{year}",
            f"{year}-{month:02}-{day:02} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}",
            f"DOB {month:02}/{day:02}/{year}",
            chance.choice(PLACES),
            f"Dr. {family.title()}",
        )
    )


def rendered(words: str, size: int, chance: random.Random) -> np.ndarray:
    """How much ink each pixel gets, 0 to 1, cut to the ink."""
    font = font_of(chance.choice(FONTS), size)
    left, top, right, bottom = font.getbbox(words)
    canvas = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(canvas).text((1 - left, 1 - top), words, fill=255, font=font)
    return np.asarray(canvas, np.float32) / 255


def font_of(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(f"{name}.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def blend(under: np.ndarray, alpha: np.ndarray, contrast: int) -> None:
    """White or lighter on dark, black or darker on bright."""
    mean = float(under.mean())
    grey = mean + contrast if mean < 128 else mean - contrast
    weight = alpha if under.ndim == 2 else alpha[..., None]
    under[:] = np.rint(under * (1 - weight) + min(255.0, max(0.0, grey)) * weight).astype(np.uint8)


def clean_area(options: argparse.Namespace) -> tuple[dict[str, float], list[float]]:
    """Share of each text-free image that would be masked, untouched, in percent."""
    paths = [path for folder in (BUNDLED, *options.folders) for path in sorted(folder.rglob("*.dcm"))]
    found, seconds = {}, []
    for path in paths:
        if path.name in CLEAN and path.name not in found:
            findings, spent = looked_at(path.read_bytes())
            found[path.name] = 100 * float(area(findings).mean())
            seconds.append(spent)
            if options.pictures:
                picture(options.pictures / f"clean_{path.stem}.png", findings)
    return found, seconds


def picture(path: Path, findings: TextFindings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(BytesIO(findings.previews[-1])).convert("RGB")
    scale = image.width / findings.columns
    pen = ImageDraw.Draw(image)
    for box in findings.boxes:
        corners = [scale * side for side in (box.left, box.top, box.right, box.bottom)]
        pen.rectangle(corners, outline=(255, 0, 255))
        pen.text((corners[0], corners[3]), f"{box.score:.2f}", fill=(0, 255, 0))
    image.save(path)


def share(strings: list[Drawn]) -> float:
    return 100 * statistics.fmean(string.is_masked for string in strings) if strings else 100.0


def of_main_goal(strings: list[Drawn]) -> list[Drawn]:
    return [string for string in strings if string.contrast != "low" and string.size >= 12]


def report(strings: list[Drawn], by_file: dict[str, list[bool]], clean: dict[str, float]) -> None:
    print("| strings | drawn | masked % |\n|---|---|---|")
    groups = {
        **{f"{name} contrast": [s for s in strings if s.contrast == name] for name in CONTRASTS},
        **{f"{name}": [s for s in strings if s.place == name] for name in ("corner", "anatomy")},
        "10 and 11 px": [s for s in strings if s.size < 12],
    }
    for name, group in groups.items():
        print(f"| {name} | {len(group)} | {share(group):.1f} |")
    for name, masked in by_file.items():
        print(f"| on {name} | {len(masked)} | {100 * statistics.fmean(masked or [True]):.1f} |")
    print("\n| image without text | masked area % |\n|---|---|")
    for name, percent in clean.items():
        print(f"| {name} | {percent:.2f} |")


def goals_met(strings: list[Drawn], clean: dict[str, float], seconds: list[float]) -> bool:
    main_goal = of_main_goal(strings)
    figures = (
        (f"12 px and up, high and middle, masked % ({len(main_goal)})", share(main_goal), GOALS["main"], True),
        (f"all, masked % ({len(strings)})", share(strings), GOALS["all"], True),
        (f"masked area % without text ({len(clean)})", statistics.fmean(clean.values()), GOALS["clean"], False),
        ("s of CPU per frame", statistics.fmean(seconds), GOALS["seconds"], False),
    )
    print("\n| figure | measured | goal |\n|---|---|---|")
    is_met = True
    for name, value, goal, is_floor in figures:
        is_good = value >= goal if is_floor else value <= goal
        is_met = is_met and is_good
        print(f"| {name} | {value:.2f} | {'>=' if is_floor else '<='} {goal}{'' if is_good else ' MISSED'} |")
    print(f"\nslowest image: {max(seconds):.2f} s per frame")
    return is_met


if __name__ == "__main__":
    main()
