"""Lossy JPEG that pydicom leaves out though GDCM decodes it: 12-bit extended (process 2 and 4) and the retired
spectral selection and full progression."""

from typing import Any

import gdcm
import numpy as np

from labeling.domain.dicom.elements import Buffer
from labeling.domain.dicom.pixel_format import PixelFormat

JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
RETIRED_SYNTAXES = frozenset({"1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"})


def is_for_gdcm(transfer_syntax_uid: str, form: PixelFormat) -> bool:
    is_deep = transfer_syntax_uid == JPEG_EXTENDED and form.bits_stored > 8
    return form.samples_per_pixel == 1 and (is_deep or transfer_syntax_uid in RETIRED_SYNTAXES)


def gdcm_frame(stream: Buffer, form: PixelFormat, transfer_syntax_uid: str) -> np.ndarray[Any, np.dtype[Any]]:
    """(rows, columns) of stored values. Raises ValueError when GDCM gives anything else."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(bytes(stream))
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((form.columns, form.rows, 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType(form.photometric_interpretation)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(transfer_syntax_uid)))
    stored, signed = form.bits_stored, int(form.is_signed)
    image.SetPixelFormat(gdcm.PixelFormat(1, form.bits_allocated, stored, stored - 1, signed))
    raw = image.GetBuffer().encode("utf-8", "surrogateescape")
    dtype = np.dtype(f"<{'i' if form.is_signed else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(raw, dtype).reshape(form.rows, form.columns)
