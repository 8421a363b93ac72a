"""Label schemas: versioned, immutable once published."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


class Scope(models.TextChoices):
    REGION = "region"
    IMAGE = "image"
    SERIES = "series"
    STUDY = "study"


class LabelSchemaQuerySet(models.QuerySet["LabelSchema"]):
    def published(self) -> "LabelSchemaQuerySet":
        return self.filter(published_at__isnull=False)


class LabelSchema(models.Model):
    """One version of the labels of a project; a draft until `published_at` is set."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="schemas")
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = LabelSchemaQuerySet.as_manager()

    class Meta:
        ordering = ["project", "version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="a_schema_version_is_unique"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(published_at=None), name="a_project_has_one_draft_schema"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_schema_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} v{self.version}"


KEEP_PUBLISHED_LABELS = """
    IF EXISTS (
        SELECT FROM labeling_labelschema
        WHERE published_at IS NOT NULL
        AND id IN (NEW.schema_id, OLD.schema_id)
    ) THEN
        RAISE EXCEPTION 'labels of a published schema never change';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class Label(models.Model):
    """What a mark or an answer says. `key` is its name in files and addresses, `hotkey` the key that picks it."""

    schema = models.ForeignKey(LabelSchema, models.CASCADE, related_name="labels")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]{0,39}$")])
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=80, blank=True, help_text="SNOMED CT or RadLex, as SCHEME:value")
    colour = models.CharField(max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    hotkey = models.CharField(max_length=1, blank=True)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.REGION)
    shapes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    attributes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["schema", "position"]
        constraints = [
            models.UniqueConstraint(fields=["schema", "key"], name="a_label_key_is_unique_in_its_schema"),
            models.UniqueConstraint(
                fields=["schema", "hotkey"], condition=~Q(hotkey=""), name="a_hotkey_picks_one_label"
            ),
            models.CheckConstraint(condition=~Q(key="case"), name="case_is_not_a_label_key"),
            models.CheckConstraint(condition=~Q(name=""), name="a_label_has_a_name"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_labels_are_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=KEEP_PUBLISHED_LABELS,
            )
        ]

    def __str__(self) -> str:
        return self.key
