"""What was done to one file, for certificates: actions counted per attribute, never a removed value."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Report:
    """`actions`: keyword (or "(gggg,eeee)", "private") to action (D Z X C U K of PS3.15 E.1) to how often.

    `texts`: free text that is left, as (keyword, value), each once. `dropped_words`: words that were cut out of text.
    """

    profile: str = ""
    actions: dict[str, dict[str, int]] = field(default_factory=dict)
    texts: tuple[tuple[str, str], ...] = ()
    dropped_words: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "actions": self.actions,
            "texts": [list(pair) for pair in self.texts],
            "dropped_words": self.dropped_words,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Report":
        """Raises ValueError, TypeError or KeyError when the values are not those of a report."""
        actions = {
            str(keyword): {str(action): int(count) for action, count in counts.items()}
            for keyword, counts in values["actions"].items()
        }
        texts = tuple((str(keyword), str(value)) for keyword, value in values["texts"])
        return cls(str(values["profile"]), actions, texts, int(values["dropped_words"]))
