"""Projects: the list, and one project with its people, its progress and the dealing out of cases."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from labeling.actions import access
from labeling.actions.assignments import assign_cases
from labeling.actions.projects import MOST_PRIORS, add_member, create_project, remove_member, set_prior_studies
from labeling.errors import InvalidProject, NotAllowed, OverreadError
from labeling.interfaces.pages.layout import UserRequest, page, page_of
from labeling.models import Assignment, Batch, Case, PixelReview, Project, Release, RemainingText, Role
from labeling.models.cases import CaseState


class ProjectForm(forms.Form):
    key = forms.CharField(max_length=12, help_text="2 to 12 capitals or digits; cases are called KEY-1, KEY-2, …")
    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


@login_required
def projects(request: UserRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None) if request.user.is_superuser else None
    if request.method == "POST":
        if form is None:
            raise NotAllowed("an administrator makes projects")
        if form.is_valid():
            try:
                made = create_project(actor=request.user, **form.cleaned_data)
                return redirect("project", key=made.key)
            except InvalidProject as error:
                form.add_error(None, error.detail)
    rows = Project.objects.visible_to(request.user).for_list(request.user).order_by("key")
    return page(request, "projects.html", {"rows": page_of(request, rows), "form": form})


@login_required
def project(request: UserRequest, key: str) -> HttpResponse:
    found = access.project(request.user, key)
    if not Project.objects.managed_by(request.user).filter(pk=found.pk).exists():
        return redirect(f"/?project={found.key}")
    cases = Case.objects.filter(project=found)
    texts = RemainingText.objects.filter(project=found).waiting()
    context = {
        "states": [
            {"name": state.label, "value": state.value, "count": cases.in_state(state).count()} for state in CaseState
        ],
        "members": found.memberships.select_related("user").order_by("user__username", "role"),
        "readers": found.memberships.filter(role=Role.READER).select_related("user").order_by("user__username"),
        "roles": Role.values,
        "progress": Assignment.objects.of_project(found.key).with_progress("reader__username"),
        "batches": Batch.objects.filter(project=found).for_list()[:5],
        "releases": Release.objects.filter(project=found)[:5],
        "schema": found.schemas.published().last(),
        "held": PixelReview.objects.visible_to(request.user).filter(project=found).waiting().count(),
        "texts": texts.count(),
        "texts_batch": texts.batch_to_begin_with(),
        "profile": found.profile_value(),
        "prior_counts": range(MOST_PRIORS + 1),
    }
    return page(request, "project.html", context, project=found, tab="project")


@login_required
@require_POST
def add(request: UserRequest, key: str) -> HttpResponse:
    found = access.managed_project(request.user, key)
    try:
        username, role = request.POST.get("username", "").strip(), request.POST.get("role", "")
        member = add_member(actor=request.user, project=found, username=username, role=role)
        messages.success(request, f"{member.user.username} is {member.role} now.")
    except OverreadError as error:
        messages.error(request, error.detail)
    return redirect("project", key=found.key)


@login_required
@require_POST
def remove(request: UserRequest, key: str, member: int) -> HttpResponse:
    found = access.managed_project(request.user, key)
    try:
        remove_member(actor=request.user, project=found, membership_id=member)
    except OverreadError as error:
        messages.error(request, error.detail)
    return redirect("project", key=found.key)


@login_required
@require_POST
def assign(request: UserRequest, key: str) -> HttpResponse:
    found = access.managed_project(request.user, key)
    try:
        count = assign_cases(
            actor=request.user,
            project=found,
            usernames=request.POST.getlist("readers"),
            mode=request.POST.get("mode", ""),
            cases=request.POST.get("cases", ""),
        )
        messages.success(request, f"{count} assignments made." if count else "There was nothing left to assign.")
    except OverreadError as error:
        messages.error(request, error.detail)
    return redirect("project", key=found.key)


@login_required
@require_POST
def prior_studies(request: UserRequest, key: str) -> HttpResponse:
    found = access.managed_project(request.user, key)
    try:
        count = request.POST.get("count", "")
        is_short = count.isdecimal() and len(count) < 6
        set_prior_studies(actor=request.user, project=found, count=int(count) if is_short else -1)
        messages.success(request, "The reading protocol is changed.")
    except OverreadError as error:
        messages.error(request, error.detail)
    return redirect("project", key=found.key)
