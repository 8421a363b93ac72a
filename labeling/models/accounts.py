"""People who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. What they may do in a project is their membership's role; staff status only opens /admin/."""

    preferences = models.JSONField(default=dict, blank=True, help_text="of the viewer: keys, what has been seen")
