"""The top of the URL tree: administration, API, pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("labeling.interfaces.api.urls")),
    path("", include("labeling.interfaces.pages.urls")),
]
handler400 = "labeling.interfaces.pages.errors.bad_request"
handler403 = "labeling.interfaces.pages.errors.forbidden"
handler404 = "labeling.interfaces.pages.errors.not_found"
handler500 = "labeling.interfaces.pages.errors.server_error"
