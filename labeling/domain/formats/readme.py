"""README.txt of a release, in plain words."""

from labeling.domain.formats.dataset import Dataset

TEXT = """\
{title}
{line}

Ground truth made with Overread. Frozen {created_at}; the same release always has the same bytes.
manifest.json lists every file with its SHA-256, the label schemas and the splits. certificate.json says how the data
were de-identified: profile, what was done per attribute, masks, reviews, and what is not promised.

What the marks are
  Each submitted read, as its reader left it. Nothing is adjudicated or merged: where several readers read a case,
  each of them has marks of their own, told apart by `reader` and `read`.
  Every frame of every case is listed, with or without marks. "No finding" is an answer somebody gave: `no_finding`
  of a read. A frame without marks of a read that does not say so is only a frame where nothing was drawn.
  Marks with one `lesion` are one lesion on several images. `origin` "interpolated" was filled in between slices that
  a reader drew ("drawn").

Coordinates
  x counts columns and y counts rows, in pixels, as floats. (0, 0) is the outer corner of the first pixel, so the first
  pixel's centre is (0.5, 0.5) and a box over a whole image is [0, 0, columns, rows]. This is the convention of DICOM
  SCOORD (PS3.3 C.18.6) and of COCO. Frames count from 1. No millimetres are given for boxes; images say their spacing
  and from which attribute it came, where it can be trusted.

Which image
  The SOP Instance UID and the frame. UIDs and patients are pseudonyms, dates are shifted; they are the same in every
  release of the project. `file_name` in COCO is "<SOP Instance UID>/<frame>": a name, not a file of this archive.

Splits
  train, val and test hold whole patients. A patient keeps the split of its first release in every later one.
"""

COCO = """
COCO (coco/train.json, coco/val.json, coco/test.json)
    from pycocotools.coco import COCO
    coco = COCO("coco/train.json")
    boxes = [annotation["bbox"] for annotation in coco.loadAnns(coco.getAnnIds())]   # [x, y, width, height]
  Every mark has a bbox and its `shape`. Outlines, rotated boxes and ellipses (as 64 corners) are polygons in
  `segmentation`, masks are run lengths; coco.annToMask(annotation) makes pixels of them. `geometry` is the exact one.
  A category's name is the label's key, its title the label's name. Take names, not numbers, from one release to the
  next. `reads` lists every read with its answers.
"""

CSV = """
CSV (csv/images.csv, csv/reads.csv, csv/answers.csv, csv/marks.csv)
    import pandas
    marks = pandas.read_csv("csv/marks.csv")
    boxes = marks[["x", "y", "width", "height"]]   # of what is no box: around it; `geometry` is JSON
  Text that a spreadsheet would take for a formula has an apostrophe in front.
"""
SECTIONS = {"coco": COCO, "csv": CSV}


def text(dataset: Dataset, formats: list[str]) -> str:
    title = f"{dataset.project}, release {dataset.number}: {dataset.name}"
    about = TEXT.format(title=title, line="=" * len(title), created_at=dataset.created_at)
    return about + "".join(SECTIONS.get(name, "") for name in formats)
