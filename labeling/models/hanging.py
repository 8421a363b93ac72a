"""Hanging protocols of projects. A project without any has the built-in ones of the domain."""

from typing import Any

from django.db import models
from django.db.models import Q

from labeling.domain.hanging import BUILT_IN, Protocol
from labeling.domain.hanging_json import from_json, to_json
from labeling.models.projects import Project


class HangingProtocolQuerySet(models.QuerySet["HangingProtocol"]):
    def listed(self, project: Project) -> "list[HangingProtocol]":
        """Those of the project in their order; the built-in ones as rows that are not saved where it has none."""
        own = list(self.filter(project=project).order_by("position"))
        return own or [HangingProtocol.of_value(project, value, place) for place, value in enumerate(BUILT_IN, 1)]

    def in_force(self, project: Project) -> list[Protocol]:
        """What cases of the project are hung by, best first."""
        return [row.to_value() for row in self.listed(project) if row.is_on]


class HangingProtocol(models.Model):
    """One way to hang a case. Edited in place: each edit is in the audit events with all it says."""

    project = models.ForeignKey("labeling.Project", models.CASCADE, related_name="hanging_protocols")
    number = models.PositiveIntegerField(help_text="its name in addresses")
    position = models.PositiveIntegerField(help_text="the first that suits a case is how it opens")
    name = models.CharField(max_length=60)
    layout = models.JSONField(help_text="all but the name, as domain/hanging_json.py writes it")
    is_on = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, help_text="counts what it has said; an edit is of one of them")

    objects = HangingProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="a_protocol_number_is_once_in_a_project"),
            models.UniqueConstraint(fields=["project", "name"], name="a_protocol_name_is_once_in_a_project"),
            models.UniqueConstraint(
                fields=["project", "position"],
                name="protocols_have_an_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="protocol_numbers_count_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_value(cls, project: Project, value: Protocol, place: int) -> "HangingProtocol":
        row = cls(project=project, number=place, position=place)
        row.take(value)
        return row

    def take(self, value: Protocol) -> None:
        layout = to_json(value)
        self.name = layout.pop("name")
        self.layout = layout

    def to_value(self) -> Protocol:
        return from_json(self.as_document())

    def as_document(self) -> dict[str, Any]:
        return {"name": self.name, **self.layout}
