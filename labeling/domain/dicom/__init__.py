"""DICOM: reading hostile bytes, de-identification, pixels and what the viewer needs."""
