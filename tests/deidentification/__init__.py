"""An independent check of de-identification: identifiers are planted, and what the command writes is judged.

Nothing here is taken from the engine: the expectations come from DICOM PS3.15 2026c, table E.1-1.
"""
