"""What one file may cost."""

from dataclasses import asdict, dataclass, field
from typing import Any

from labeling.domain.dicom.limits import MIB, Limits


@dataclass(frozen=True)
class SandboxLimits:
    memory_bytes: int = 3072 * MIB  # address space of the child
    cpu_seconds: int = 60
    wall_seconds: float = 90
    output_bytes: int = 2047 * MIB  # one read of a file gives no more
    dicom: Limits = field(default_factory=Limits)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "SandboxLimits":
        return cls(**{**values, "dicom": Limits(**values["dicom"])})


TEXT_LIMITS = SandboxLimits(memory_bytes=6144 * MIB, cpu_seconds=300, wall_seconds=400)  # a detector and its arrays
