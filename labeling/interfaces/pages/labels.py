"""The editor of the label schema."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse

from labeling.actions import access
from labeling.actions.schemas import draft_schema
from labeling.domain.geometry.shapes import SHAPES
from labeling.domain.labels import KINDS, SCOPES
from labeling.interfaces.pages.layout import UserRequest, page
from labeling.interfaces.read_document import label_document


@login_required
def labels(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    draft = draft_schema(project=project)
    base = reverse("api:schema-draft", args=[project.key])
    context = {
        "published": project.schemas.published().prefetch_related("labels").order_by("-version"),
        "draft": draft,
        "settings": {
            "labels": [label_document(label) for label in draft.labels.all()],
            "kinds": KINDS,
            "scopes": SCOPES,
            "shapes": SHAPES,
            "draft_url": base,
            "publish_url": reverse("api:schema-publish", args=[project.key]),
            "user": request.user.get_username(),
        },
    }
    return page(request, "labels.html", context, project=project, tab="labels")
