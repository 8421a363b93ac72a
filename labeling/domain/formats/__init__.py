"""The export formats: a new one is one file here and one line in FORMATS."""

from collections.abc import Callable
from pathlib import Path

from labeling.domain.formats import coco, csv_table
from labeling.domain.formats.dataset import Dataset

Writer = Callable[[Dataset, Path], list[Path]]

FORMATS: dict[str, Writer] = {
    "coco": coco.write,
    "csv": csv_table.write,
}
