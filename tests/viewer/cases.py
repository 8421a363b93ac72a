"""Read pages with pictures made in code."""

import numpy as np

from labeling.domain.dicom.frame_pack import encoded_bits, encoded_frame

DISPLAY = {
    "rescale_slope": 1.0,
    "rescale_intercept": 0.0,
    "rescale_type": "",
    "modality_lut": None,
    "windows": [],
    "voi_luts": [],
    "voi_function": "LINEAR",
    "presentation_lut_shape": "",
    "pixel_padding": None,
    "range": None,
    "spacing": None,
    "pixel_aspect_ratio": [1, 1],
    "position": None,
    "orientation": None,
    "frame_of_reference_uid": "",
    "laterality": "",
    "view_position": "",
    "slice_thickness": None,
    "frame_time_ms": None,
}
NODULE = {
    "key": "nodule",
    "name": "Nodule",
    "code": "",
    "colour": "#E69F00",
    "hotkey": "1",
    "scope": "region",
    "shapes": ["box"],
    "attributes": [
        {
            "key": "certainty",
            "name": "Certainty",
            "kind": "choice",
            "choices": ["low", "high"],
            "minimum": None,
            "maximum": None,
            "unit": "",
            "is_required": False,
        }
    ],
}
EFFUSION = NODULE | {"key": "effusion", "name": "Effusion", "colour": "#56B4E9", "hotkey": "2", "attributes": []}


class Case:
    """A read under construction: series are added, then `read` and `frames` are what the server needs."""

    def __init__(self):
        self.series, self.frames = [], {}

    def add_series(self, pictures, modality="CT", photometric=None, number=1, **display):
        """One instance for each picture: (rows, columns) or (rows, columns, 3)."""
        instances = [
            self._instance(picture, f"s{len(self.series)}i{index}", photometric)
            for index, picture in enumerate(pictures)
        ]
        self.series.append(
            {
                "series_instance_uid": f"2.25.{len(self.series)}",
                "modality": modality,
                "number": number,
                "description": "",
                "thumbnail_url": "",
                "common": {"display": DISPLAY | display, "samples_per_pixel": instances[0]["samples_per_pixel"]},
                "instances": instances,
            }
        )
        return self

    def add_overlay(self, drawn, *, origin=(1, 1), first_frame=0, of=0):
        """To an instance of the newest series; `drawn` is bool ([frames,] rows, columns), `origin` row and column."""
        instance = self.series[-1]["instances"][of]
        name = instance["frame_url"].split("/")[3]
        planes = instance.setdefault("overlays", [])
        number = len(planes) + 1
        self.frames[f"{name}/overlay{number}"] = encoded_bits(np.packbits(drawn.ravel(), bitorder="little").tobytes())
        planes.append(
            {
                "rows": drawn.shape[-2],
                "columns": drawn.shape[-1],
                "row": origin[0],
                "column": origin[1],
                "frames": len(drawn) if drawn.ndim == 3 else 1,
                "first_frame": first_frame,
                "url": f"/api/instances/{name}/overlays/{number}/tag/",
            }
        )
        return self

    def _instance(self, picture, name, photometric):
        self.frames[f"{name}/1"] = encoded_frame(np.ascontiguousarray(picture))
        colour = picture.ndim == 3
        return {
            "sop_instance_uid": f"2.25.9.{name}",
            "instance_number": 1,
            "rows": picture.shape[0],
            "columns": picture.shape[1],
            "number_of_frames": 1,
            "samples_per_pixel": 3 if colour else 1,
            "bits": 8 * picture.dtype.itemsize,
            "is_signed": bool(picture.dtype.kind == "i"),
            "photometric_interpretation": photometric or ("RGB" if colour else "MONOCHROME2"),
            "frame_url": f"/api/instances/{name}/frames/{{frame}}/tag/",
            "display": {},
            "not_displayable": "",
        }

    @property
    def read(self):
        return {
            "id": 7,
            "state": "in_progress",
            "reader": "reader1",
            "round": 1,
            "is_mine": True,
            "case": {
                "code": "DEMO-12",
                "project": {"key": "DEMO", "name": "Demonstration"},
                "patient": {"sex": "F", "age": "045Y"},
                "study_date": "2019-03-04",
            },
            "urls": {
                "self": "/api/reads/7/",
                "annotations": "/api/reads/7/annotations/",
                "answers": "/api/reads/7/answers/",
                "submit": "/api/reads/7/submit/",
                "session": "/api/session/",
                "worklist": "/",
                "next": "/read/next/",
                "preferences": "/api/preferences/",
            },
            "schema": {"id": 3, "version": 1, "labels": [NODULE, EFFUSION]},
            "series": self.series,
            "preferences": {"keys": {}, "tour_seen": True},
        }


def gradient(rows=200, columns=300, dtype=np.int16, low=-1000, high=1000):
    """A ramp along the rows with a step along the columns: every pixel's place can be read from its value."""
    ramp = np.linspace(low, high, columns)[None, :] + np.linspace(0, (high - low) / 10, rows)[:, None]
    return np.clip(ramp, np.iinfo(dtype).min, np.iinfo(dtype).max).astype(dtype)
