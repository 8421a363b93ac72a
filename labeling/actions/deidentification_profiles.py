"""De-identification profiles of a project: make a version, choose which one is in force. Versions never change."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from labeling.actions import audit
from labeling.domain.dicom.deidentification.options import contradiction
from labeling.domain.dicom.deidentification.profiles import BUILT_IN, EDITION, Option, PixelReview
from labeling.errors import InvalidProfile, NotFound
from labeling.models import DeidentificationProfile, Project, User


def create_version(
    *, actor: User, project: Project, name: str, options: Iterable[str], pixel_review: str, is_strict: bool = False
) -> DeidentificationProfile:
    """Make the next version of the profile of this name; the first one when there is none. Raises InvalidProfile."""
    asked: dict[str, Any] = {
        "options": _options(options, is_strict),
        "pixel_review": pixel_review,
        "is_strict": is_strict,
    }
    if pixel_review not in set(PixelReview):
        raise InvalidProfile(f"pixel_review must be one of {', '.join(PixelReview)}")
    if name in BUILT_IN:
        raise InvalidProfile(f"{name} is the name of a built-in profile: give another")
    with transaction.atomic():
        # The lock lines up versions of one name: they have no gaps.
        project = Project.objects.select_for_update().get(pk=project.pk)
        version = _next_version(project, name)
        made = DeidentificationProfile(
            project=project, name=name, version=version, edition=EDITION, created_by=actor, **asked
        )
        _check_name(made)
        made.save()
        audit.record(actor=actor, action="profile_created", project=project, subject=made, **asked)
    return made


def choose(*, actor: User, project: Project, name: str, version: int | None = None) -> Project:
    """Put a profile in force for batches opened from now on; choosing it again changes nothing.

    Without a version the newest of the name. A built-in profile is chosen by its name; batches keep what it was.
    Raises NotFound.
    """
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        before = project.profile_value()
        if name in BUILT_IN:
            if version not in (None, BUILT_IN[name].version):
                raise NotFound(f"this software has {BUILT_IN[name]} only")
            project.deidentification_profile, project.built_in_profile = None, name
        else:
            project.deidentification_profile, project.built_in_profile = _version(project, name, version), ""
        after = project.profile_value()
        if after != before:
            project.save(update_fields=["deidentification_profile", "built_in_profile"])
            audit.record(
                actor=actor, action="profile_chosen", project=project, subject=str(after), instead_of=str(before)
            )
    return project


def _options(options: Iterable[str], is_strict: bool) -> list[str]:
    chosen = sorted(set(options))
    if unknown := [option for option in chosen if option not in set(Option)]:
        raise InvalidProfile(f"unknown option {unknown[0][:40]!r}; known are {', '.join(Option)}")
    if fault := contradiction(map(Option, chosen), is_strict):
        raise InvalidProfile(fault)
    return chosen


def _next_version(project: Project, name: str) -> int:
    versions = DeidentificationProfile.objects.filter(project=project, name=name)
    return 1 + (versions.aggregate(newest=Max("version"))["newest"] or 0)


def _check_name(profile: DeidentificationProfile) -> None:
    try:
        profile.clean_fields(exclude={"project", "created_by"})
    except ValidationError as error:
        raise InvalidProfile(
            "; ".join(f"{field}: {' '.join(why)}" for field, why in error.message_dict.items())
        ) from error


def _version(project: Project, name: str, version: int | None) -> DeidentificationProfile:
    versions = project.deidentification_profiles.filter(name=name).order_by("-version")
    found = versions.first() if version is None else versions.filter(version=version).first()
    if found is None:
        raise NotFound("the project has no such de-identification profile")
    return found
