"""Everything that is kept, as rows."""

from labeling.models.accounts import User
from labeling.models.annotations import Annotation, AnnotationVersion, RefusedSave
from labeling.models.audit import AuditEvent
from labeling.models.batches import Batch, BatchItem, BatchState, ItemState, Outcome
from labeling.models.cases import Case
from labeling.models.catalogue import Instance, Patient, Series, Study
from labeling.models.deidentification import DeidentificationProfile
from labeling.models.hanging import HangingProtocol
from labeling.models.identity_links import IdentityLink
from labeling.models.pixel_reviews import PixelReview, PixelReviewState, RejectReason
from labeling.models.projects import Membership, Project, Role
from labeling.models.reads import AnswerValue, Assignment, FindingAnswer, Read, ReadState
from labeling.models.releases import Release, ReleaseFile, ReleaseInstance, ReleaseRead, ReleaseState, Split
from labeling.models.schemas import Label, LabelSchema, Scope
from labeling.models.text_approvals import RemainingText, RemainingTextUse, TextDecision, TextUseState

__all__ = [
    "Annotation",
    "AnnotationVersion",
    "AnswerValue",
    "Assignment",
    "AuditEvent",
    "Batch",
    "BatchItem",
    "BatchState",
    "Case",
    "DeidentificationProfile",
    "FindingAnswer",
    "HangingProtocol",
    "IdentityLink",
    "Instance",
    "ItemState",
    "Label",
    "LabelSchema",
    "Membership",
    "Outcome",
    "Patient",
    "PixelReview",
    "PixelReviewState",
    "Project",
    "Read",
    "ReadState",
    "RefusedSave",
    "RejectReason",
    "Release",
    "ReleaseFile",
    "ReleaseInstance",
    "ReleaseRead",
    "ReleaseState",
    "RemainingText",
    "RemainingTextUse",
    "Role",
    "Scope",
    "Series",
    "Split",
    "Study",
    "TextDecision",
    "TextUseState",
    "User",
]
