"""Cases: what is read in one go."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, JSONObject

from labeling.models.accounts import User
from labeling.models.catalogue import Instance, Series
from labeling.models.pixel_reviews import PixelReview
from labeling.models.projects import Project
from labeling.models.reads import Assignment


class CaseState(models.TextChoices):
    """How far a case is, over all its standing assignments."""

    UNASSIGNED = "unassigned", "Not assigned"
    TO_READ = "to_read", "To read"
    IN_PROGRESS = "in_progress", "In progress"
    READ = "read", "Read"


def number_of(rows: "models.QuerySet[models.Model]", by: str) -> Coalesce:
    """Count rows per outer case, without joining them to it."""
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """All cases for managers and adjudicators of the project; a reader's own assigned ones."""
        if user.is_superuser:
            return self
        sees_all = Q(project__memberships__user=user, project__memberships__role__in=["manager", "adjudicator"])
        assigned = Q(assignments__reader=user, assignments__withdrawn_at=None)
        return self.filter(sees_all | assigned).distinct()

    def for_list(self) -> "CaseQuerySet":
        """Add what a list shows: modalities, images, how many are held, thumbnail, assignments, submitted reads."""
        standing = Assignment.objects.standing()
        images = Instance.objects.filter(series__study__case=OuterRef("pk"))
        first = images.order_by("series__series_number", "series_id", "instance_number", "id")
        series = Series.objects.filter(study__case=OuterRef("pk"), modality__gt="")
        held = PixelReview.objects.of_study_of("").order_by().values("project").annotate(n=Count("pk")).values("n")
        return self.select_related("project", "study__patient").annotate(
            modalities=ArraySubquery(series.order_by("modality").values("modality").distinct()),
            images=number_of(Instance.objects.all(), "series__study__case"),
            held=Coalesce(Subquery(held), 0),
            thumbnail=Subquery(first.values(found=JSONObject(id="id", pack_sha256="pack_sha256"))[:1]),
            assigned=number_of(standing, "case"),
            started=number_of(standing.filter(read__isnull=False), "case"),
            submitted=number_of(standing.filter(read__state="submitted"), "case"),
        )

    def in_state(self, state: str) -> "CaseQuerySet":
        standing = Assignment.objects.standing().filter(case=OuterRef("pk"))
        started, is_open = standing.filter(read__isnull=False), standing.exclude(read__state="submitted")
        conditions = {
            CaseState.UNASSIGNED: ~Exists(standing),
            CaseState.TO_READ: Exists(standing) & ~Exists(started),
            CaseState.IN_PROGRESS: Exists(started) & Exists(is_open),
            CaseState.READ: Exists(standing) & ~Exists(is_open),
        }
        return self.filter(conditions[CaseState(state)])

    def of_modality(self, modality: str) -> "CaseQuerySet":
        return self.filter(Exists(Series.objects.filter(study__case=OuterRef("pk"), modality=modality)))

    def narrowed(self, project: Project, *, state: str, modality: str, code: str) -> "CaseQuerySet":
        """Cases of a project under the filters of its list; an empty filter or an unknown state narrows nothing."""
        found = self.filter(project=project)
        if state in CaseState.values:
            found = found.in_state(state)
        if modality:
            found = found.of_modality(modality)
        return found.search(code) if code.strip() else found

    def search(self, text: str) -> "CaseQuerySet":
        """Find by code or by the beginning of its number: DEMO-12 and 12 both find DEMO-12 and DEMO-120."""
        digits = text.strip().rpartition("-")[2]
        if not digits.isdecimal():
            return self.none()
        return self.annotate(digits=Cast("number", models.CharField())).filter(digits__startswith=digits.lstrip("0"))


class Case(models.Model):
    """One study, under a short code such as CXR-12."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()
    study = models.OneToOneField("labeling.Study", models.PROTECT, related_name="case")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["project", "number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="a_case_number_is_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.project.key}-{self.number}"

    @property
    def state(self) -> CaseState:
        """How far the case is; only on rows of `for_list`."""
        assigned, started, submitted = (getattr(self, name) for name in ("assigned", "started", "submitted"))
        if not assigned:
            return CaseState.UNASSIGNED
        if submitted == assigned:
            return CaseState.READ
        return CaseState.IN_PROGRESS if started else CaseState.TO_READ
