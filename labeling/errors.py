"""Every exception of Overread, each with a stable code that outsiders may rely on."""

from typing import Any


class OverreadError(Exception):
    """Base of all our exceptions: `code` is stable, `status` is its HTTP status, `extra` joins the problem JSON."""

    code = "error"
    status = 400
    title = "The request could not be carried out"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra


# Access


class NotFound(OverreadError):
    """Absent, or not for this user: the two are never told apart."""

    code, status, title = "not_found", 404, "Not found"


class NotAllowed(OverreadError):
    """The object is the user's to see, but their role does not include this."""

    code, status, title = "not_allowed", 403, "Your role does not include this"


class InvalidPreferences(OverreadError):
    code, status, title = "invalid_preferences", 422, "The preferences are not valid"


# Projects and schemas


class InvalidProject(OverreadError):
    code, status, title = "invalid_project", 422, "The project is not valid"


class InvalidSchema(OverreadError):
    code, status, title = "invalid_schema", 422, "The label schema is not valid"


class SchemaPublished(OverreadError):
    code, status, title = "schema_published", 409, "A published label schema never changes"


class NoPublishedSchema(OverreadError):
    code, status, title = "no_published_schema", 409, "The project has no published label schema yet"


class InvalidHangingProtocol(OverreadError):
    code, status, title = "invalid_hanging_protocol", 422, "The hanging protocol is not valid"


# De-identification


class InvalidProfile(OverreadError):
    code, status, title = "invalid_profile", 422, "The de-identification profile is not valid"


class BatchNotDone(OverreadError):
    code, status, title = "batch_not_done", 409, "The batch has files that are still worked on"


# Reads, annotations, answers


class PreconditionRequired(OverreadError):
    code, status, title = "precondition_required", 428, "Say If-None-Match: * or If-Match"


class MalformedRequest(OverreadError):
    code, status, title = "malformed_request", 400, "The request is malformed"


class StaleVersion(OverreadError):
    """The save was made against an older version; both versions are kept."""

    code, status, title = "stale_version", 412, "Somebody saved this mark since"


class StaleProtocol(StaleVersion):
    title = "Somebody changed this protocol since"


class IdempotencyKeyReused(OverreadError):
    code, status, title = "idempotency_key_reused", 422, "This Idempotency-Key belongs to other content"


class InvalidAnnotation(OverreadError):
    code, status, title = "invalid_annotation", 422, "The mark is not valid"


class InvalidGeometry(InvalidAnnotation):
    code = "invalid_annotation"


class UnknownLabel(OverreadError):
    code, status, title = "unknown_label", 422, "The label schema of this read has no such label"


class InvalidAnswer(OverreadError):
    code, status, title = "invalid_answer", 422, "The answer is not valid"


class ReadSubmitted(OverreadError):
    code, status, title = "read_submitted", 409, "The read is submitted and cannot change any more"


class NotUpToDate(OverreadError):
    code, status, title = "not_up_to_date", 409, "The page and the server do not hold the same marks"


class NothingSaid(OverreadError):
    code, status, title = "nothing_said", 409, "Draw a mark, answer a label, or say that there is no finding"


class AlreadyAssigned(OverreadError):
    code, status, title = "already_assigned", 409, "The case is already assigned"


# Batches


class WrongOffset(OverreadError):
    code, status, title = "wrong_offset", 409, "The piece does not start where the last one ended"


class BatchClosed(OverreadError):
    code, status, title = "batch_closed", 409, "The batch is closed"


class TooLarge(OverreadError):
    code, status, title = "too_large", 413, "This is larger than the limit"


class BadArchive(OverreadError):
    """A zip that is not taken; the subclasses say why."""

    code, status, title = "broken_archive", 422, "The archive cannot be read"


class EncryptedArchive(BadArchive):
    code, title = "encrypted_archive", "The archive is protected with a password"


class ArchiveBomb(BadArchive):
    code, title = "archive_bomb", "The archive would inflate to more than the limit"


class UnsafeArchive(BadArchive):
    code, title = "unsafe_archive", "The archive holds names or links that lead out of it"


# Reviews of pixels


class InvalidMasks(OverreadError):
    code, status, title = "invalid_masks", 422, "The masks are not valid"


class InvalidReason(OverreadError):
    code, status, title = "invalid_reason", 422, "This is not a reason to reject an image"


class ReviewDecided(OverreadError):
    """Decided in another way before; `state` and `decided_by` say how."""

    code, status, title = "review_decided", 409, "Somebody has decided on this image already"


class CaseHeld(OverreadError):
    code, status, title = "case_held", 409, "Images of this case wait for a manager to look at them"


# Releases


class InvalidRelease(OverreadError):
    code, status, title = "invalid_release", 422, "The release is not valid"


class NothingToRelease(OverreadError):
    code, status, title = "nothing_to_release", 409, "No submitted read is there to release"


class LeaseLost(OverreadError):
    """Another worker took the work over."""

    code, status, title = "lease_lost", 409, "Another worker took this over"


# Re-identification


class NoReidentificationKey(OverreadError):
    code, status, title = "no_reidentification_key", 409, "This server has no key for identity links"


class ReasonNeeded(OverreadError):
    code, status, title = "reason_needed", 422, "A reason is needed"


class TooManyLookUps(OverreadError):
    code, status, title = "too_many_look_ups", 429, "Too many look-ups; wait a while"


class UnknownPseudonym(OverreadError):
    code, status, title = "unknown_pseudonym", 404, "No link is kept for this pseudonym"


class CannotUnseal(OverreadError):
    code, status, title = "cannot_unseal", 409, "The link cannot be opened with the key of this server"


# Storage


class StorageError(OverreadError):
    code, status, title = "storage_error", 503, "The storage does not answer"


class MissingContent(StorageError):
    code, status, title = "missing_content", 404, "The content is not in the storage"


# Bad DICOM: see labeling/domain/dicom


class BadDicom(OverreadError):
    """A file that is not taken. The detail never holds a value of the file.

    `outcome` is "rejected" (never worth keeping) or "quarantined" (a person may act on it).
    """

    code, status, title = "malformed", 422, "The file cannot be used"
    outcome = "quarantined"


class EmptyFile(BadDicom):
    code, title, outcome = "empty_file", "The file is empty", "rejected"


class NotDicom(BadDicom):
    code, title, outcome = "not_dicom", "The file is not DICOM", "rejected"


class TruncatedDicom(BadDicom):
    code, title, outcome = "truncated", "The file ends before its content does", "rejected"


class Dicomdir(BadDicom):
    code, title, outcome = "dicomdir", "The file is an index of a medium, not an image", "rejected"


class NotAnImage(BadDicom):
    code, title, outcome = "not_an_image", "The object is not an image to read", "rejected"


class EncapsulatedDocument(BadDicom):
    code, title, outcome = "encapsulated_document", "Documents in DICOM cannot be de-identified", "rejected"


class UnsupportedSopClass(BadDicom):
    code, title = "unsupported_sop_class", "The SOP class is not known"


class NoPixels(BadDicom):
    code, title, outcome = "no_pixels", "The image has no pixel data", "rejected"


class UndisplayablePixels(BadDicom):
    code, title = "unsupported_pixels", "Pixels of this kind cannot be shown"


class UndecodablePixels(BadDicom):
    code, title = "undecodable_pixels", "The pixel data cannot be decoded"


class DicomTooLarge(BadDicom):
    code, title, outcome = "too_large", "The file holds more than the limit", "rejected"


class DicomTooDeep(BadDicom):
    code, title, outcome = "too_deep", "The sequences are nested deeper than the limit", "rejected"


class BadUid(BadDicom):
    code, title = "bad_uid", "A UID is not a UID"


class MissingUid(BadDicom):
    code, title = "missing_uid", "A UID that every image needs is missing"


class IdentifierLeft(BadDicom):
    code, title = "identifier_left", "The self-check found an identifier in the de-identified file"


class NestedArchive(BadDicom):
    code, title, outcome = "nested_archive", "An archive within an archive is not opened", "rejected"


class PatientMismatch(BadDicom):
    code, title = "patient_mismatch", "The study is known under another patient"


class SandboxFailed(BadDicom):
    """The throw-away process gave no answer that can be used."""


class SandboxTimeout(SandboxFailed):
    code, title = "sandbox_timeout", "Reading the file took longer than the limit"


class SandboxMemory(SandboxFailed):
    code, title = "sandbox_memory", "Reading the file needed more memory than the limit"


class SandboxCrashed(SandboxFailed):
    code, title = "sandbox_crashed", "Reading the file ended the process that read it"
