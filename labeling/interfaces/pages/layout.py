"""What every page has: a signed-in user, the bar on top, lists in pages."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from labeling.models import Project, User

TABS = [
    ("project", "Overview"),
    ("cases", "Cases"),
    ("upload", "Upload"),
    ("batches", "Batches"),
    ("deidentification", "De-identification"),
    ("labels", "Labels"),
    ("hanging", "Hanging"),
    ("releases", "Releases"),
]


M = TypeVar("M", bound=Model)


class UserRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


@dataclass(frozen=True)
class Tab:
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Navigation:
    projects: list[Project]
    project: Project | None
    tabs: list[Tab]


def navigation(user: User, project: Project | None, tab: str) -> Navigation:
    """Give the projects of the user, and the pages of this one to who manages it."""
    tabs: list[Tab] = []
    if project and Project.objects.managed_by(user).filter(pk=project.pk).exists():
        tabs = [Tab(name, reverse(url, args=[project.key]), url == tab) for url, name in TABS]
    return Navigation(list(Project.objects.visible_to(user)[:100]), project, tabs)


def page(
    request: UserRequest, template: str, context: dict[str, Any], *, project: Project | None = None, tab: str = ""
) -> HttpResponse:
    bar = navigation(request.user, project, tab)
    return render(request, template, {"navigation": bar, "project": project} | context)


def page_of(request: HttpRequest, rows: QuerySet[M], per_page: int = 50) -> Page[M]:
    """Cut a list to the page that ?page= asks for; nonsense gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def filter_query(request: HttpRequest) -> str:
    """Give the query string of the filters without the page, ready to have `page=` appended."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""
