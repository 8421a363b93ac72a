"""Decide which overlay planes of a prepared image may be shown: those in which there is no text for certain."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labeling.domain.dicom.overlays import OverlayPlane, Overlays, OverlayVerdict
from labeling.errors import SandboxFailed
from labeling.sandbox import judge_overlay_in_sandbox

_REASONS = {OverlayVerdict.TEXT: "overlay_text", OverlayVerdict.UNDECIDED: "overlay_undecided"}


@dataclass(frozen=True)
class ScreenedOverlays:
    """`left_out`: reason code to how many."""

    shown: tuple[OverlayPlane, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What the sender is told first; empty when all are shown."""
        return next((reason for reason in _REASONS.values() if self.left_out.get(reason)), "")

    def to_json(self) -> dict[str, Any]:
        return {"shown": len(self.shown), "left_out": dict(self.left_out)}


def screen_overlays(overlays: Overlays, *, owner: str) -> ScreenedOverlays:
    """Planes are judged one by one, in the sandbox; one that cannot be judged is left out."""
    verdicts = [_verdict(plane, owner) for plane in overlays.planes]
    left_out = Counter(_REASONS[verdict] for verdict in verdicts if verdict in _REASONS)
    left_out["overlay_undecided"] += overlays.unreadable
    judged = zip(overlays.planes, verdicts, strict=True)
    return ScreenedOverlays(tuple(plane for plane, verdict in judged if verdict == OverlayVerdict.CLEAR), +left_out)


def _verdict(plane: OverlayPlane, owner: str) -> OverlayVerdict:
    try:
        return judge_overlay_in_sandbox(plane, owner=owner)
    except SandboxFailed:
        return OverlayVerdict.UNDECIDED
