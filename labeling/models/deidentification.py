"""De-identification profiles of projects: versioned, and never changed. The built-in ones are in the domain."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from labeling.domain.dicom.deidentification.profiles import Option, PixelReview, Profile

# The profile of a project or a batch belongs to the same project.
KEEP_PROFILE_IN_PROJECT = """
    IF NOT EXISTS (
        SELECT FROM labeling_deidentificationprofile
        WHERE id = NEW.deidentification_profile_id AND project_id = {project}
    ) THEN
        RAISE EXCEPTION 'a de-identification profile serves its own project only';
    END IF;
    RETURN NEW;
"""


def profile_of_the_project(project: str) -> pgtrigger.Trigger:
    """`project`: how the row of a trigger names its project, such as NEW.project_id."""
    return pgtrigger.Trigger(
        name="profile_is_of_the_project",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("deidentification_profile_id"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(new__deidentification_profile__isnull=False),
        func=KEEP_PROFILE_IN_PROJECT.format(project=project),
    )


class DeidentificationProfile(models.Model):
    """One version of a profile of a project: which options of PS3.15 Annex E are in force. A change is a new row."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="deidentification_profiles")
    name = models.CharField(
        max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_-]{0,39}\Z", "small letters, digits, - and _")]
    )
    version = models.PositiveIntegerField()
    options = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    pixel_review = models.CharField(max_length=8)
    is_strict = models.BooleanField(default=False)
    edition = models.CharField(max_length=8, help_text="of PS3.15, whose table E.1-1 is applied")
    created_by = models.ForeignKey("labeling.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="when the first batch was opened with it")

    class Meta:
        ordering = ["project", "name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "version"], name="a_profile_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="profile_versions_count_from_one"),
            models.CheckConstraint(condition=~Q(name__in=["basic", "strict"]), name="a_built_in_name_is_not_taken"),
            models.CheckConstraint(
                condition=~Q(options__contains=["retain_full_dates", "retain_modified_dates"]),
                name="dates_are_kept_in_one_way",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="profile_is_kept", exclude=["used_at"]),
            pgtrigger.Protect(
                name="used_profile_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__used_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"

    def to_value(self) -> Profile:
        return Profile(
            name=self.name,
            version=self.version,
            options=frozenset(map(Option, self.options)),
            pixel_review=PixelReview(self.pixel_review),
            is_strict=self.is_strict,
            edition=self.edition,
        )
