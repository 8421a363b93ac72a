"""Keep what the viewer remembers for a person."""

from typing import Any

from labeling.domain.preferences import checked_preferences
from labeling.models import User


def preferences_of(user: User) -> dict[str, Any]:
    """All of them, also those that were never set."""
    return checked_preferences(user.preferences)


def save_preferences(*, user: User, values: object) -> dict[str, Any]:
    """Keep the whole document. They are nobody's business but the person's, so there is no audit event.

    Raises InvalidPreferences.
    """
    checked = checked_preferences(values)
    user.preferences = checked
    user.save(update_fields=["preferences"])
    return checked
