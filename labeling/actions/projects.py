"""Projects and who is in them."""

from django.core.exceptions import ValidationError
from django.db import transaction

from labeling.actions import audit
from labeling.errors import InvalidProject
from labeling.models import Membership, Project, Role, User


def create_project(*, actor: User, key: str, name: str, description: str = "") -> Project:
    """Make a project and its maker its first manager. Raises InvalidProject."""
    project = Project(key=key, name=name.strip(), description=description.strip())
    try:
        project.full_clean()
    except ValidationError as error:
        raise InvalidProject(
            "; ".join(f"{field}: {' '.join(why)}" for field, why in error.message_dict.items())
        ) from error
    with transaction.atomic():
        project.save()
        Membership.objects.create(project=project, user=actor, role=Role.MANAGER)
        audit.record(actor=actor, action="project.create", project=project, subject=key)
    return project


def add_member(*, actor: User, project: Project, username: str, role: str) -> Membership:
    """Give somebody a role; giving it again changes nothing. Raises InvalidProject."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise InvalidProject(f"nobody is called {username[:150]!r}; an administrator can add them")
    if role not in Role.values:
        raise InvalidProject(f"the role must be one of {', '.join(Role.values)}")
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(project=project, user=person, role=role)
        if is_new:
            audit.record(actor=actor, action="member.add", project=project, subject=username, role=role)
    return membership


MOST_PRIORS = 5


def set_prior_studies(*, actor: User, project: Project, count: int) -> None:
    """Say how many older studies of a patient are shown beside a case, 0 for none. Raises InvalidProject."""
    if not 0 <= count <= MOST_PRIORS:
        raise InvalidProject(f"0 to {MOST_PRIORS} prior studies can be shown")
    with transaction.atomic():
        if Project.objects.filter(pk=project.pk).exclude(prior_studies=count).update(prior_studies=count):
            audit.record(actor=actor, action="project.prior_studies", project=project, subject=project.key, count=count)


def remove_member(*, actor: User, project: Project, membership_id: int) -> None:
    """Take a role away; reads stay. The last manager stays. Raises InvalidProject."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        membership = project.memberships.select_related("user").filter(pk=membership_id).first()
        if membership is None:
            return
        managers = project.memberships.filter(role=Role.MANAGER)
        if membership.role == Role.MANAGER and managers.count() == 1:
            raise InvalidProject("a project keeps at least one manager")
        username, role = membership.user.username, membership.role
        membership.delete()
        audit.record(actor=actor, action="member.remove", project=project, subject=username, role=role)
