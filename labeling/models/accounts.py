"""People who sign in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person. What they may do in a project is their membership's role; staff status only opens /admin/."""
