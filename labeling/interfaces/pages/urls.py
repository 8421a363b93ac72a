"""The URL tree of the pages."""

from django.contrib.auth import views as auth
from django.urls import include, path

from labeling.interfaces.pages import health, worklist

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("accounts/login/", auth.LoginView.as_view(template_name="sign_in.html"), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("", include("labeling.interfaces.pages.reads")),
]
