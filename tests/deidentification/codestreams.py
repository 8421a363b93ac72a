"""Compresses pixels with the encoders at hand, and hides comments in what they give."""

import io
import struct

import numpy as np
from PIL import Image
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

SYNTAXES = {
    "implicit": ImplicitVRLittleEndian,
    "explicit": ExplicitVRLittleEndian,
    "big": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "rle": RLELossless,
    "j2k": JPEG2000Lossless,
    "jpegls": JPEGLSLossless,
    "jpeg": JPEGBaseline8Bit,
}


def encode(ds, syntax, comment):
    """Put the dataset's pixels into the transfer syntax, with `comment` in each codestream."""
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if syntax == "big" and "PixelData" in ds and ds.BitsAllocated == 16:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    if syntax == "jpeg":
        _encode_jpeg(ds)
    if syntax in {"rle", "j2k", "jpegls"}:
        ds.compress(SYNTAXES[syntax], generate_instance_uid=False)
    if syntax in {"rle", "j2k", "jpegls", "jpeg"}:
        frames = generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames", 1)))
        ds.PixelData = encapsulate([with_comment(frame, comment) for frame in frames])
        ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = SYNTAXES[syntax]


def _encode_jpeg(ds):
    shape = (int(ds.get("NumberOfFrames", 1)), ds.Rows, ds.Columns, ds.SamplesPerPixel)
    frames = []
    for pixels in np.frombuffer(ds.PixelData, np.uint8).reshape(shape):
        buffer = io.BytesIO()
        picture = Image.fromarray(pixels.squeeze())
        picture.save(buffer, "JPEG", quality=90, subsampling="4:2:2" if ds.SamplesPerPixel == 3 else -1)
        frames.append(buffer.getvalue())
    if ds.SamplesPerPixel == 3:
        ds.PhotometricInterpretation = "YBR_FULL_422"
    ds.LossyImageCompression = "01"
    ds.LossyImageCompressionRatio = "4"
    ds.LossyImageCompressionMethod = "ISO_10918_1"
    ds.PixelData = encapsulate(frames)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True


def with_comment(frame, comment):
    """Hide text in a codestream: in comment and application segments, and after its end."""
    text = comment.encode().ljust(len(comment) + len(comment) % 2)
    after = frame.rstrip(b"\0") + text
    if frame.startswith(b"\xff\x4f\xff\x51"):
        end = 4 + struct.unpack(">H", frame[4:6])[0]
        return after[:end] + b"\xff\x64" + struct.pack(">HH", 4 + len(text), 1) + text + after[end:]
    if not frame.startswith(b"\xff\xd8"):
        return frame + text
    segments = b"".join(
        marker + struct.pack(">H", 2 + len(body)) + body
        for marker, body in ((b"\xff\xfe", text), (b"\xff\xe5", b"Exif\0\0" + text))
    )
    scan = after.index(b"\xff\xda")
    return after[:2] + segments + after[2:scan] + segments + after[scan:]


def pixels_of(ds):
    """Give the decoded samples without the bits above BitsStored, or the floats."""
    if "FloatPixelData" in ds:
        return np.frombuffer(ds.FloatPixelData, np.float32)
    pixels = ds.pixel_array
    if ds.BitsAllocated == 16 and ds.BitsStored < 16 and ds.PixelRepresentation == 0:
        pixels = pixels & ((1 << ds.BitsStored) - 1)
    return pixels


def scans_of(ds):
    """Give each frame of a JPEG from its first scan on, without what stands before and after."""
    if "PixelData" not in ds:
        return []
    frames = generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames", 1)))
    return [frame[frame.index(b"\xff\xda") : frame.rindex(b"\xff\xd9")] for frame in frames]


def high_bits_are_empty(ds):
    """Say whether the bits above BitsStored of unsigned native pixels are zero."""
    if ds.file_meta.TransferSyntaxUID.is_encapsulated or ds.get("BitsAllocated") != 16 or ds.PixelRepresentation:
        return True
    order = ">" if ds.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
    return not (np.frombuffer(ds.PixelData, f"{order}u2") >> ds.BitsStored).any()
