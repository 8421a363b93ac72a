"""Projects and the people in them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q

from labeling.domain.dicom.deidentification.profiles import BUILT_IN, Profile
from labeling.models.accounts import User
from labeling.models.deidentification import profile_of_the_project


class Role(models.TextChoices):
    MANAGER = "manager"
    READER = "reader"
    ADJUDICATOR = "adjudicator"


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> "ProjectQuerySet":
        """Projects of which the user is a member; all for a superuser."""
        return self if user.is_superuser else self.filter(memberships__user=user).distinct()

    def managed_by(self, user: User) -> "ProjectQuerySet":
        if user.is_superuser:
            return self
        return self.filter(memberships__user=user, memberships__role=Role.MANAGER).distinct()

    def for_list(self, user: User) -> "ProjectQuerySet":
        """Add the user's roles and how many cases and submitted reads there are."""
        mine = Membership.objects.filter(project=OuterRef("pk"), user=user).order_by("role").values("role")
        cases = models.F("last_case_number")
        reads = models.Count("cases__reads", filter=Q(cases__reads__state="submitted"), distinct=True)
        return self.annotate(roles=ArraySubquery(mine), case_count=cases, submitted_count=reads)


class Project(models.Model):
    """Readers, a label schema, cases and how they are read."""

    key = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,11}$", "2 to 12 capitals or digits, a capital first")],
    )
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)
    last_case_number = models.PositiveIntegerField(default=0)
    last_release_number = models.PositiveIntegerField(default=0)
    last_hanging_number = models.PositiveIntegerField(default=0)
    deidentification_profile = models.ForeignKey(
        "labeling.DeidentificationProfile", models.PROTECT, null=True, blank=True, related_name="chosen_by"
    )
    built_in_profile = models.CharField(max_length=40, blank=True, default="basic", help_text="where none is chosen")
    prior_studies = models.PositiveSmallIntegerField(default=1, help_text="older studies shown beside a case; 0: none")
    keeps_identity_links = models.BooleanField(default=False, help_text="from pseudonyms to original patient IDs")

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deidentification_profile=None, built_in_profile__gt="")
                | Q(deidentification_profile__isnull=False, built_in_profile=""),
                name="a_project_has_one_deidentification_profile",
            )
        ]
        triggers = [profile_of_the_project("NEW.id")]

    def __str__(self) -> str:
        return self.key

    def profile_value(self) -> Profile:
        """The profile that batches are opened with from now on."""
        if self.deidentification_profile:
            return self.deidentification_profile.to_value()
        return BUILT_IN[self.built_in_profile]


class Membership(models.Model):
    """One role of one person in one project; a person may have several."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("labeling.User", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        ordering = ["project", "user"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "role"], name="a_role_is_given_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_role_is_one_of_ours"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.project_id}"
