"""The one way to an object on somebody's behalf: absent and forbidden look the same."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from labeling.errors import NotAllowed, NotFound
from labeling.models import Batch, Case, Instance, Project, Read, Release, User

M = TypeVar("M", bound=Model)


def one(queryset: QuerySet[M], **lookup: object) -> M:
    """Give the one object, or raise NotFound."""
    found = queryset.filter(**lookup).first()
    if found is None:
        raise NotFound(f"no such {queryset.model._meta.verbose_name}")
    return found


def project(user: User, key: str) -> Project:
    return one(Project.objects.visible_to(user), key=key)


def managed_project(user: User, key: str) -> Project:
    """A project the user manages; NotAllowed for its other members, NotFound for everybody else."""
    found = project(user, key)
    if not Project.objects.managed_by(user).filter(pk=found.pk).exists():
        raise NotAllowed("only a manager of the project may do this")
    return found


def batch(user: User, pk: int) -> Batch:
    return one(Batch.objects.visible_to(user).select_related("project"), pk=pk)


def case(user: User, project_key: str, number: int) -> Case:
    return one(
        Case.objects.visible_to(user).select_related("project", "study"),
        project__key=project_key,
        number=number,
    )


def instance(user: User, pk: int) -> Instance:
    return one(Instance.objects.visible_to(user), pk=pk)


def read(user: User, pk: int) -> Read:
    """A read the user may look at."""
    return one(Read.objects.visible_to(user).select_related("case__project", "reader", "schema"), pk=pk)


def release(user: User, project_key: str, number: int) -> Release:
    return one(Release.objects.visible_to(user).select_related("project"), project__key=project_key, number=number)
