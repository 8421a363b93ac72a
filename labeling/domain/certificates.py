"""Certificates of de-identification: what was done to which files, as plain values. Never a value of a file."""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydicom._dicom_dict import RepeatersDictionary
from pydicom.datadict import tag_for_keyword

from labeling.domain.dicom.deidentification.options import (
    BASIC_PROFILE,
    BY_OPTION,
    NOT_DONE,
    RECOGNIZABLE_VISUAL_FEATURES,
    pixel_review_words,
    risks,
)
from labeling.domain.dicom.deidentification.profiles import Option, Profile

# Overlays and curves come in groups: 60xx0010
_REPEATING = {keyword: place for place, (*_, keyword) in RepeatersDictionary.items()}

FORM = "overread-certificate/1"
STANDARD = "DICOM PS3.15 Annex E"
ACTIONS = {
    "D": "replaced by a dummy value",
    "Z": "emptied, or replaced by a dummy value",
    "X": "removed",
    "K": "kept",
    "C": "cleaned",
    "U": "replaced by a UID made with the key",
}
STATEMENT = (
    "Each file was de-identified before it was stored. What was written was read again and searched for the values "
    "that had been removed; a file in which one was found was held back."
)
CHECK = "SHA-256 of this object without made_at, check and sha256, as JSON in UTF-8 with sorted keys and no spaces"
MISSED_TEXT = "Text in pixels is found by a program. It misses some, above all what is faint, small or written by hand."
TYPED_TEXT = "What people type into this application (labels, answers, names of projects) is not searched."
NOT_COUNTED = "Some images were taken in before reports were kept: what was done to them is not counted here."


@dataclass(frozen=True)
class Subject:
    """What a certificate is about: a batch or a release. `times`: such as done_at, in ISO 8601."""

    kind: str
    number: int
    project: str
    times: Mapping[str, str]
    name: str = ""


@dataclass(frozen=True)
class Making:
    """How many instances came about in one way: `profile` is None where only its name is known, `software` (a version)
    and `key` (a fingerprint) are empty for images from before reports were kept."""

    name: str
    profile: Profile | None
    software: str
    key: str
    instances: int


@dataclass(frozen=True)
class Received:
    """Files of a batch: archives are counted apart. `outcomes`: (outcome, reason, how many)."""

    archives: int
    waiting: int
    outcomes: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Contents:
    """What came out; `searched` to `masks` are about text in pixels."""

    instances: int = 0
    frames: int = 0
    studies: int = 0
    patients: int = 0
    words_cut: int = 0
    not_searched: int = 0
    searched: int = 0
    masked: int = 0
    masks: int = 0


@dataclass(frozen=True)
class Reviews:
    """What people decided about text in pixels."""

    waiting: int = 0
    passed: int = 0
    rejected: int = 0
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextDecisions:
    """What people decided about distinct values of free text that were left."""

    waiting: int = 0
    kept: int = 0
    dropped: int = 0
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """What was done to one attribute: `times` over all depths, in how many instances."""

    attribute: str
    action: str
    times: int
    instances: int


@dataclass(frozen=True)
class Facts:
    """All that a certificate says. `received` is for a batch, `batches` (number to instances) for a release."""

    subject: Subject
    makings: tuple[Making, ...]
    contents: Contents
    actions: tuple[Action, ...]
    reviews: Reviews = Reviews()
    text_decisions: TextDecisions = TextDecisions()
    received: Received | None = None
    batches: tuple[tuple[int, int], ...] = ()


def certificate(facts: Facts) -> dict[str, Any]:
    """The content of a certificate: the same facts give the same content."""
    subject = facts.subject
    content = {
        "form": FORM,
        "title": f"De-identification certificate: {subject.kind} {subject.number} of {subject.project}",
        "subject": asdict(subject),
        "statement": STATEMENT,
        "is_final": _is_final(facts),
        "standard": {"name": STANDARD, "profile": {"code": BASIC_PROFILE.value, "meaning": BASIC_PROFILE.meaning}},
        "profiles": _profiles(facts.makings),
        "software": _counted("version", ((making.software, making.instances) for making in facts.makings)),
        "keys": _counted("fingerprint", ((making.key, making.instances) for making in facts.makings)),
        "contents": asdict(facts.contents),
        "actions": _totals(facts.actions),
        "attributes": [_attribute(action) for action in sorted(facts.actions, key=_place)],
        "pixel_reviews": asdict(facts.reviews) | {"reviewers": list(facts.reviews.reviewers)},
        "text_decisions": asdict(facts.text_decisions) | {"approvers": list(facts.text_decisions.approvers)},
        "not_promised": _not_promised(facts.makings),
    }
    if facts.received is not None:
        content["files"] = _files(facts.received)
    if facts.batches:
        content["batches"] = [{"batch": number, "instances": instances} for number, instances in facts.batches]
    return content


def sealed(content: Mapping[str, Any], made_at: str = "") -> dict[str, Any]:
    """Add the hash of the content, and when it was made up. The time is outside of the hash: what was true once has
    one hash, so that a printed page can be matched with what the application says later."""
    seal = {"check": CHECK, "sha256": hashlib.sha256(canonical(content)).hexdigest()}
    return dict(content) | ({"made_at": made_at} if made_at else {}) | seal


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces: `jq -cS` gives the same bytes and a line end."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def file_bytes(content: Mapping[str, Any]) -> bytes:
    """The content with its hash as a file for people and programs; no time, so that it is the same for ever."""
    return json.dumps(sealed(content), sort_keys=True, indent=2, ensure_ascii=False).encode() + b"\n"


def key_fingerprint(key: bytes) -> str:
    """Tells whether two certificates were made under the same key, and nothing else about it."""
    return hmac.digest(key, b"overread key fingerprint 1", hashlib.sha256).hex()[:16]


def _is_final(facts: Facts) -> bool:
    waiting = facts.reviews.waiting + facts.text_decisions.waiting
    return not waiting and not (facts.received and facts.received.waiting)


def _profiles(makings: Iterable[Making]) -> list[dict[str, Any]]:
    """One entry a profile, with all that it asks for; only its name where no more is known."""
    counted: Counter[tuple[str, Profile | None]] = Counter()
    for making in makings:
        counted[making.name, making.profile] += making.instances
    found = [_profile(name, profile) | {"instances": number} for (name, profile), number in counted.items()]
    return sorted(found, key=lambda entry: (entry["profile"], canonical(entry)))


def _profile(name: str, profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"profile": name, "is_known": False}
    codes = [(option, BY_OPTION[option].code) for option in Option if profile.has(option)]
    return {
        "profile": name,
        "is_known": True,
        "edition": profile.edition,
        "is_strict": profile.is_strict,
        "pixel_review": profile.pixel_review.value,
        "pixel_review_meaning": pixel_review_words(profile),
        "options": [{"option": option.value, "code": code.value, "meaning": code.meaning} for option, code in codes],
    }


def _counted(name: str, values: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    counted: Counter[str] = Counter()
    for value, instances in values:
        counted[value] += instances
    return [{name: value, "instances": number} for value, number in sorted(counted.items())]


def _totals(actions: Iterable[Action]) -> list[dict[str, Any]]:
    counted: Counter[str] = Counter()
    for action in actions:
        counted[action.action] += action.times
    return [
        {"action": action, "meaning": ACTIONS.get(action, ""), "times": counted[action]} for action in sorted(counted)
    ]


def _place(action: Action) -> tuple[bool, str, str]:
    """By tag, what has none at the end."""
    tag = _tag(action.attribute)
    return not tag, tag or action.attribute, action.action


def _attribute(action: Action) -> dict[str, Any]:
    return asdict(action) | {"tag": _tag(action.attribute)}


def _tag(attribute: str) -> str:
    if attribute.startswith("("):
        return attribute
    number = tag_for_keyword(attribute)
    place = _REPEATING.get(attribute, "") if number is None else f"{number:08X}"
    return place and f"({place[:4]},{place[4:]})"


def _files(received: Received) -> dict[str, Any]:
    done = sum(number for _, _, number in received.outcomes)
    rows = [
        {"outcome": outcome, "reason": reason, "files": number} for outcome, reason, number in sorted(received.outcomes)
    ]
    accepted = sum(number for outcome, _, number in received.outcomes if outcome == "accepted")
    return {
        "received": done + received.waiting,
        "accepted": accepted,
        "waiting": received.waiting,
        "archives": received.archives,
        "outcomes": rows,
    }


def _not_promised(makings: tuple[Making, ...]) -> list[dict[str, str]]:
    """What a reader of the certificate must not take for granted; each once."""
    profiles = {making.profile for making in makings}
    texts = {RECOGNIZABLE_VISUAL_FEATURES.value: f"{RECOGNIZABLE_VISUAL_FEATURES.meaning}: {NOT_DONE}"}
    for profile in sorted(filter(None, profiles), key=str):
        if profile.has(Option.CLEAN_PIXEL_DATA):
            texts["clean_pixel_data_misses"] = MISSED_TEXT
        texts |= {risk.subject: risk.text for risk in risks(profile)}
    texts["typed_text"] = TYPED_TEXT
    if any(not making.software for making in makings):
        texts["not_counted"] = NOT_COUNTED
    return [{"subject": subject, "text": text} for subject, text in texts.items()]
