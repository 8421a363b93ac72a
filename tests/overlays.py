"""Overlay planes made in code."""

import cv2
import numpy as np


def outline(rows=60, columns=100):
    """An ellipse as a reader draws it around a finding; bool (rows, columns)."""
    drawn = np.zeros((rows, columns), np.uint8)
    cv2.ellipse(drawn, (columns // 2, rows // 2), (columns // 4, rows // 4), 20, 0, 360, 1, 1)
    return drawn.astype(bool)


def words(text="DOE 1957", rows=60, columns=100):
    drawn = np.zeros((rows, columns), np.uint8)
    cv2.putText(drawn, text, (4, rows // 2), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1, 1)
    return drawn.astype(bool)


def add_plane(ds, drawn, *, group=0x6000, origin=(1, 1), frame_origin=None):
    """`drawn` is bool ([frames,] rows, columns); `origin` is row and column, from 1."""
    ds.add_new(group << 16 | 0x0010, "US", drawn.shape[-2])
    ds.add_new(group << 16 | 0x0011, "US", drawn.shape[-1])
    if drawn.ndim == 3:
        ds.add_new(group << 16 | 0x0015, "IS", str(len(drawn)))
    ds.add_new(group << 16 | 0x0022, "LO", "CANARY overlay")
    ds.add_new(group << 16 | 0x0040, "CS", "G")
    ds.add_new(group << 16 | 0x0050, "SS", list(origin))
    if frame_origin:
        ds.add_new(group << 16 | 0x0051, "US", frame_origin)
    ds.add_new(group << 16 | 0x0100, "US", 1)
    ds.add_new(group << 16 | 0x0102, "US", 0)
    bits = np.packbits(drawn.ravel(), bitorder="little").tobytes()
    ds.add_new(group << 16 | 0x3000, "OW", bits + b"\0" * (len(bits) % 2))


def embed(ds, drawn, *, bit, group=0x6002):
    """In a bit of the samples that is not of their values (retired)."""
    pixels = np.frombuffer(ds.PixelData, "<u2") | (drawn.ravel().astype("<u2") << bit)
    ds.PixelData = pixels.tobytes()
    ds.add_new(group << 16 | 0x0010, "US", drawn.shape[-2])
    ds.add_new(group << 16 | 0x0011, "US", drawn.shape[-1])
    ds.add_new(group << 16 | 0x0040, "CS", "G")
    ds.add_new(group << 16 | 0x0050, "SS", [1, 1])
    ds.add_new(group << 16 | 0x0100, "US", 16)
    ds.add_new(group << 16 | 0x0102, "US", bit)
