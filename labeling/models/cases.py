"""Cases: what is read in one go."""

from django.db import models
from django.db.models import Q

from labeling.models.accounts import User


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """All cases for managers and adjudicators of the project; a reader's own assigned ones."""
        if user.is_superuser:
            return self
        sees_all = Q(project__memberships__user=user, project__memberships__role__in=["manager", "adjudicator"])
        assigned = Q(assignments__reader=user, assignments__withdrawn_at=None)
        return self.filter(sees_all | assigned).distinct()


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
