"""What is in the catalogue: patients (pseudonyms), studies, series, instances. De-identified, all of it."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from labeling.models.accounts import User
from labeling.models.projects import Project

if TYPE_CHECKING:
    from labeling.models.cases import Case


class Patient(models.Model):
    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="patients")
    pseudonym = models.CharField(max_length=64)
    split = models.CharField(max_length=8, blank=True, help_text="given by the first release, kept for ever")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "pseudonym"], name="a_patient_is_once_in_a_project")]

    def __str__(self) -> str:
        return self.pseudonym


class StudyQuerySet(models.QuerySet["Study"]):
    def priors_of(self, case: "Case") -> "StudyQuerySet":
        """Older studies of the same patient that the project shows beside the case, newest first."""
        current = case.study
        if current.study_date is None or not case.project.prior_studies:
            return self.none()
        older = self.filter(patient_id=current.patient_id, study_date__lt=current.study_date)
        return older.order_by("-study_date", "-pk")[: case.project.prior_studies]

    def shown_with_prior_to(self, user: User) -> "StudyQuerySet":
        """Studies assigned to the user beside which the study of an outer query's instance is shown, as priors_of
        says it."""
        prior = "series__study"
        newer = models.Q(study_date__gt=OuterRef(OuterRef(f"{prior}__study_date")))
        newer |= models.Q(study_date=OuterRef(OuterRef(f"{prior}__study_date")), pk__gt=OuterRef(OuterRef(prior)))
        between = Study.objects.filter(newer, patient=OuterRef("patient"), study_date__lt=OuterRef("study_date"))
        counted = between.order_by().values("patient").annotate(n=models.Count("pk")).values("n")
        return self.annotate(shown_before=Coalesce(models.Subquery(counted), 0)).filter(
            patient=OuterRef(f"{prior}__patient"),
            study_date__gt=OuterRef(f"{prior}__study_date"),
            case__assignments__reader=user,
            case__assignments__withdrawn_at=None,
            shown_before__lt=models.F("project__prior_studies"),
        )


class Study(models.Model):
    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="studies")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="studies")
    study_instance_uid = models.CharField(max_length=64)
    study_date = models.DateField(null=True, help_text="shifted")
    description = models.CharField(max_length=64, blank=True)
    patient_sex = models.CharField(max_length=1, blank=True)
    patient_age = models.CharField(max_length=4, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint(fields=["project", "study_instance_uid"], name="a_study_is_once_in_a_project")
        ]

    def __str__(self) -> str:
        return self.study_instance_uid


class SeriesQuerySet(models.QuerySet["Series"]):
    def modalities_of(self, project: Project) -> list[str]:
        named = self.filter(study__project=project, modality__gt="").order_by("modality")
        return list(named.values_list("modality", flat=True).distinct())


class Series(models.Model):
    study = models.ForeignKey(Study, models.CASCADE, related_name="series")
    series_instance_uid = models.CharField(max_length=64)
    modality = models.CharField(max_length=16, blank=True)
    series_number = models.IntegerField(null=True)
    description = models.CharField(max_length=64, blank=True)
    body_part = models.CharField(max_length=16, blank=True)
    manufacturer = models.CharField(max_length=64, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["series_number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "series_instance_uid"], name="a_series_is_once_in_a_study")
        ]

    def __str__(self) -> str:
        return self.series_instance_uid


class InstanceQuerySet(models.QuerySet["Instance"]):
    def visible_to(self, user: User) -> "InstanceQuerySet":
        """Instances of projects the user is a member of. A reader sees only the cases assigned to them, and the
        priors that the project shows beside them."""
        if user.is_superuser:
            return self
        project, case = "project__memberships", "series__study__case__assignments"
        sees_all = models.Q(**{f"{project}__user": user, f"{project}__role__in": ["manager", "adjudicator"]})
        assigned = models.Q(**{f"{case}__reader": user, f"{case}__withdrawn_at": None})
        prior = models.Exists(Study.objects.shown_with_prior_to(user))
        return self.filter(sees_all | assigned | prior).distinct()

    def of_case(self, case: "Case") -> "InstanceQuerySet":
        """Images that a mark of this case may lie on: its own, and those of the priors shown beside it."""
        priors = Study.objects.priors_of(case).values("pk")
        return self.filter(models.Q(series__study_id=case.study_id) | models.Q(series__study_id__in=priors))


class Instance(models.Model):
    """One SOP Instance. Its bytes are in the storage under `content_key` and `pack_key` (frames and more)."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="instances")
    series = models.ForeignKey(Series, models.CASCADE, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64)
    sop_class_uid = models.CharField(max_length=64)
    transfer_syntax_uid = models.CharField(max_length=64)
    instance_number = models.IntegerField(null=True)
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    number_of_frames = models.PositiveIntegerField(default=1)
    samples_per_pixel = models.PositiveSmallIntegerField(default=1)
    bits = models.PositiveSmallIntegerField()
    is_signed = models.BooleanField()
    photometric_interpretation = models.CharField(max_length=16)
    display = models.JSONField(default=dict)
    deidentification = models.CharField(max_length=64, help_text="name/version of the profile")
    deidentification_report = models.JSONField(default=dict, help_text="what was done: counts, never a value")
    source_digest = models.CharField(max_length=64, help_text="keyed digest of the file as it came")
    content_sha256 = models.CharField(max_length=64)
    content_bytes = models.BigIntegerField()
    pack_sha256 = models.CharField(max_length=64)
    pack_offsets = ArrayField(models.BigIntegerField())
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InstanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "sop_instance_uid"], name="an_instance_is_once_in_a_project")
        ]
        indexes = [
            models.Index(fields=["project", "source_digest"], name="instance_by_source"),
            models.Index(fields=["content_sha256"], name="instance_by_content"),
        ]

    def __str__(self) -> str:
        return self.sop_instance_uid

    # Parts of the pack are counted from 1: the frames, the thumbnail, a preview, the overlay planes.

    @property
    def thumbnail_part(self) -> int:
        return self.number_of_frames + 1

    @property
    def preview_part(self) -> int:
        """It is empty, or the pack ends before it, where there is no preview: see has_preview."""
        return self.number_of_frames + 2

    def overlay_part(self, overlay: int) -> int:
        """`overlay` counts from 1."""
        return self.preview_part + overlay

    @property
    def has_preview(self) -> bool:
        """Of a large film one is kept; packs of before have none."""
        part = self.preview_part
        return len(self.pack_offsets) > part and self.pack_offsets[part] > self.pack_offsets[part - 1]

    @property
    def overlay_count(self) -> int:
        return max(0, len(self.pack_offsets) - 1 - self.preview_part)

    @property
    def pack_tag(self) -> str:
        """Part of the addresses of its frames: another encoding of them has other addresses."""
        return self.pack_sha256[:16]
