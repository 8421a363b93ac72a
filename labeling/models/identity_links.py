"""Who stands behind a pseudonym: encrypted, and only in projects that turned it on."""

from django.db import models


class IdentityLink(models.Model):
    """The PatientID of a pseudonym, sealed under a key of its own; `key_id` says which."""

    project = models.ForeignKey("labeling.Project", models.PROTECT, related_name="identity_links")
    pseudonym = models.CharField(max_length=64)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "pseudonym"], name="a_pseudonym_is_linked_once_in_a_project")
        ]

    def __str__(self) -> str:
        return f"identity link {self.pk}"
