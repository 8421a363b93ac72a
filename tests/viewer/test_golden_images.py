"""What Chromium draws of real files equals what PS3.3 C.11 makes of their stored values, within 1 grey level of 256.

The reference reads the original file with pydicom and computes modality, VOI and presentation steps by itself; the
page is given what Overread prepared for it. Images are compared at 1:1, as much of each as fits on the screen.
"""

import base64

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels import apply_color_lut, pixel_array

from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.errors import BadDicom
from tests.viewer.cases import Case

WORK = Work(Pseudonyms(b"k" * 32))
FOLDERS = {
    "films": ["cxr/*.dcm", "cr/*.dcm", "dx/*.dcm", "mg/*.dcm"],
    "slices": ["ct_series_abdomen/*.dcm", "mr_series_t1_defaced/*.dcm", "pt/*.dcm", "nm/*.dcm", "enhanced/*.dcm"],
    "colours and loops": ["photometric/*.dcm", "us/*.dcm", "xa/*.dcm", "rwvm/*.dcm"],
    "transfer syntaxes": ["transfer_syntaxes/*.dcm"],
}
MOST_OF_A_FOLDER = {"ct_series_abdomen": 3, "mr_series_t1_defaced": 3, "transfer_syntaxes": 24, "enhanced": 6}
LARGEST = 6_000_000  # pixels
AREA = """([index, width, height]) => {
    const view = overread.view;
    view.actualSize();
    view.paint();
    const source = document.querySelector("[data-part=canvas]");
    const copy = new OffscreenCanvas(source.width, source.height).getContext("2d");
    copy.drawImage(source, 0, 0);
    const [a, , , d, left, top] = view.matrix;
    const first = { x: Math.max(0, Math.ceil(-left)), y: Math.max(0, Math.ceil(-top)) };
    const columns = Math.min(width - first.x, source.width - Math.max(0, Math.ceil(left)));
    const rows = Math.min(height - first.y, source.height - Math.max(0, Math.ceil(top)));
    const { data } = copy.getImageData(left + first.x, top + first.y, columns, rows);
    let text = "";
    for (let at = 0; at < data.length; at += 8190) text += btoa(String.fromCharCode(...data.subarray(at, at + 8190)));
    return { scale: [a, d], first, columns, rows, text };
}"""


def numbers(ds, keyword):
    value = ds.get(keyword)
    if value in (None, ""):
        return []
    return [float(one) for one in (value if isinstance(value, list | tuple) or hasattr(value, "__iter__") else [value])]


def group(ds, keyword, frame):
    """The functional group of a frame, else the dataset itself."""
    for holder, index in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        groups = ds.get(holder)
        if groups and groups[index].get(keyword):
            return groups[index].get(keyword)[0]
    return ds


def lut(item, values):
    """PS3.3 C.11.1.1: the table from its first value on, both ends going on for ever."""
    entries, first, bits = (int(value) for value in item.LUTDescriptor)
    data = item.LUTData
    table = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.asarray(data)
    first = first - 0x10000 if values.min() < 0 and first > 0x7FFF else first
    return table[np.clip(values - first, 0, (entries or 0x10000) - 1).astype(int)].astype(float), bits


def modality_values(ds, stored, frame):
    """PS3.3 C.11.1: a table, or slope and intercept."""
    is_fluoroscopy = ds.get("PixelIntensityRelationship") in ("LOG", "DISP")  # PS3.4 N.2.1.2: not for looking at
    if ds.get("ModalityLUTSequence") and not is_fluoroscopy:
        return lut(ds.ModalityLUTSequence[0], stored)[0]
    rescale = group(ds, "PixelValueTransformationSequence", frame)
    slope, intercept = (numbers(rescale, "RescaleSlope") or [1.0]), (numbers(rescale, "RescaleIntercept") or [0.0])
    return stored * slope[0] + intercept[0]


def grey_of(ds, stored, frame):
    """Grey from 0 to 1, and the window that the page must be asked for when the file has none."""
    values = modality_values(ds, stored.astype(float), frame)
    voi = group(ds, "FrameVOILUTSequence", frame)
    asked = None
    if ds.get("VOILUTSequence"):
        looked_up, bits = lut(ds.VOILUTSequence[0], np.round(values))
        grey = looked_up / (2**bits - 1)
    else:
        centers, widths = numbers(voi, "WindowCenter"), numbers(voi, "WindowWidth")
        if not (centers and widths and widths[0] >= 1):
            low, high = values.min(), values.max()
            centers, widths = [(low + high) / 2], [max(2.0, high - low)]
            asked = (centers[0], widths[0])
        grey = windowed(values, centers[0], widths[0], voi.get("VOILUTFunction") or "LINEAR")
    is_inverse = ds.PhotometricInterpretation == "MONOCHROME1" or ds.get("PresentationLUTShape") == "INVERSE"
    grey = np.clip(1 - grey if is_inverse else grey, 0, 1)
    return np.where(padding(ds, stored), 0, grey), asked


def windowed(values, center, width, function):
    """PS3.3 C.11.2.1.2 and C.11.2.1.3."""
    if function == "SIGMOID":
        return 1 / (1 + np.exp(-4 * (values - center) / width))
    if function == "LINEAR_EXACT":
        return (values - center) / width + 0.5
    if width == 1:
        return (values > center - 0.5).astype(float)
    return (values - (center - 0.5)) / (width - 1) + 0.5


def padding(ds, stored):
    value = ds.get("PixelPaddingValue")
    if not isinstance(value, int):
        return np.zeros(stored.shape, bool)
    limit = ds.get("PixelPaddingRangeLimit", value)
    ends = sorted(end - 0x10000 if ds.PixelRepresentation and end > 0x7FFF else end for end in (value, limit))
    return (stored >= ends[0]) & (stored <= ends[1])


def reference(ds, frame):
    """What is seen, (rows, columns[, 3]) from 0 to 255, and the window to ask for; None where pydicom cannot decode."""
    try:
        stored = pixel_array(ds, raw=True, index=frame)
    except (NotImplementedError, RuntimeError, AttributeError):
        return None
    if ds.PhotometricInterpretation == "PALETTE COLOR":
        colours = apply_color_lut(stored, ds)
        return (colours >> 8 if colours.max() > 255 else colours).astype(float), None
    if ds.SamplesPerPixel == 3:
        return colours_of(ds, stored.astype(float)), None
    grey, asked = grey_of(ds, stored, frame)
    return np.round(grey * 255), asked


def colours_of(ds, stored):
    """PS3.3 C.7.6.3.1.2; decoders of JPEG 2000 undo YBR_RCT and YBR_ICT themselves."""
    deep = stored / 2 ** (ds.BitsStored - 8)
    if not ds.PhotometricInterpretation.startswith("YBR_FULL"):
        return np.floor(deep)
    y, cb, cr = (deep[..., channel] for channel in range(3))
    cb, cr = cb - 128, cr - 128
    mixed = (y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb)
    return np.clip(np.round(np.stack(mixed, axis=-1)), 0, 255)


def chosen(corpus, patterns):
    """Files of the folders that Overread takes, with what it made of them."""
    for pattern in patterns:
        folder = pattern.split("/")[0]
        taken = 0
        for path in sorted(corpus.glob(pattern)):
            try:
                prepared = prepare(path.read_bytes(), WORK)
            except BadDicom:  # refused: that is for other tests
                continue
            header = prepared.header
            if header.rows * header.columns > LARGEST or taken >= MOST_OF_A_FOLDER.get(folder, 12):
                continue
            taken += 1
            yield path, prepared


def added(case, path, prepared):
    """The file as a series of its own; the shape of its pixels is not the matter here."""
    header, name = prepared.header, f"g{len(case.series)}"
    middle = (header.number_of_frames + 1) // 2
    display = header.display | {"spacing": None, "pixel_aspect_ratio": [1, 1]}
    for name_of_several in ("frames", "frame_order"):
        display.pop(name_of_several, None)
    case.frames[f"{name}/1"] = prepared.frame(middle)
    instance = {name: getattr(header, name) for name in ("rows", "columns", "samples_per_pixel", "bits", "is_signed")}
    instance |= {
        "sop_instance_uid": f"2.25.{len(case.series)}",
        "instance_number": 1,
        "number_of_frames": 1,
        "photometric_interpretation": header.photometric_interpretation,
        "frame_url": f"/api/instances/{name}/frames/{{frame}}/tag/",
        "is_float": display.pop("is_float", False),
        "display": display,
        "not_displayable": "",
    }
    series = {"series_instance_uid": name, "modality": header.modality, "number": len(case.series) + 1}
    series |= {"description": "", "thumbnail_url": "", "common": {"display": {}}, "instances": [instance]}
    case.series.append(series)
    return middle - 1


def shown(screen, index, prepared, asked):
    header = prepared.header
    screen.page.evaluate("(index) => overread.view.show(index, 0)", index)
    screen.until(f"overread.view.seriesIndex === {index} && overread.view.shown !== null", 15)
    if asked:
        choice = {"kind": "manual", "center": asked[0], "width": asked[1]}
        screen.page.evaluate("(choice) => overread.view.chooseWindow(choice)", choice)
    area = screen.page.evaluate(AREA, [index, header.columns, header.rows])
    assert area["scale"] == [1, 1]
    content = b"".join(base64.b64decode(part + "=" * (-len(part) % 4)) for part in pieces(area["text"]))
    drawn = np.frombuffer(content, np.uint8).reshape(area["rows"], area["columns"], 4)[..., :3]
    return drawn.astype(float), area["first"]


def pieces(text):
    """Each of 8,190 bytes: 10,920 characters."""
    return [text[at : at + 10920] for at in range(0, len(text), 10920)]


COUNTS = {}


@pytest.mark.parametrize("renderer", ["2d", "webgl"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_real_images_are_drawn_as_the_standard_says(start, corpus, folder, renderer):
    case, files = Case(), list(chosen(corpus, FOLDERS[folder]))
    if renderer == "webgl":
        files = files[::4]  # drawn in software here, so a few of each kind
    frames = [added(case, path, prepared) for path, prepared in files]
    screen = start(case, f"?renderer={renderer}")
    faults, compared = [], 0
    for index, ((path, prepared), frame) in enumerate(zip(files, frames, strict=True)):
        found = reference(dcmread(path, force=True), frame)
        if found is None:
            continue
        expected, asked = found
        compared += 1
        drawn, first = shown(screen, index, prepared, asked)
        rows, columns = drawn.shape[:2]
        part = expected[first["y"] : first["y"] + rows, first["x"] : first["x"] + columns]
        difference = np.abs(drawn - (part if part.ndim == 3 else part[..., None])).max()
        if difference > 1:
            faults.append(f"{path.parent.name}/{path.name}: {difference:.0f}")
    COUNTS[folder, renderer] = compared
    assert faults == []


def test_at_least_thirty_real_files_were_compared(corpus):
    """Runs after the others of this file."""
    if len(COUNTS) == 2 * len(FOLDERS):
        assert sum(count for (_, renderer), count in COUNTS.items() if renderer == "2d") >= 30
