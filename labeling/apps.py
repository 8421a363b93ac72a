"""The labeling app."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class LabelingConfig(AppConfig):
    name = "labeling"
    default_auto_field = "django.db.models.BigAutoField"


def data_folder() -> Path:
    """Where this machine keeps what is its own, such as the accounts of the demo."""
    return settings.VAR
