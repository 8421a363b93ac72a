"""The URL tree of the API: one include per capability."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from labeling.interfaces.api.session import SessionView

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("session/", SessionView.as_view(), name="session"),
    path("", include("labeling.interfaces.api.batches")),
    path("", include("labeling.interfaces.api.instances")),
    path("", include("labeling.interfaces.api.annotations")),
    path("", include("labeling.interfaces.api.answers")),
    path("", include("labeling.interfaces.api.reads")),
    path("", include("labeling.interfaces.api.preferences")),
    path("", include("labeling.interfaces.api.pixel_reviews")),
    path("", include("labeling.interfaces.api.projects")),
    path("", include("labeling.interfaces.api.schemas")),
    path("", include("labeling.interfaces.api.hanging")),
    path("", include("labeling.interfaces.api.releases")),
    path("", include("labeling.interfaces.api.deidentification_profiles")),
    path("", include("labeling.interfaces.api.certificates")),
    path("", include("labeling.interfaces.api.text_approvals")),
    path("", include("labeling.interfaces.api.identity_links")),
]
