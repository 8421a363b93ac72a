"""The URL tree of the pages."""

from django.contrib.auth import views as auth
from django.urls import include, path

from labeling.interfaces.pages import (
    accounts,
    batches,
    cases,
    certificates,
    deidentification_profiles,
    hanging,
    health,
    identity_links,
    labels,
    pixel_reviews,
    projects,
    releases,
    text_approvals,
    worklist,
)

project = [
    path("", projects.project, name="project"),
    path("members/", projects.add, name="add-member"),
    path("members/<int:member>/remove/", projects.remove, name="remove-member"),
    path("assign/", projects.assign, name="assign"),
    path("prior-studies/", projects.prior_studies, name="prior-studies"),
    path("cases/", cases.cases, name="cases"),
    path("upload/", batches.upload, name="upload"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<int:number>/", batches.batch, name="batch"),
    path("batches/<int:number>/certificate/", certificates.batch, name="batch-certificate"),
    path("deidentification/", deidentification_profiles.deidentification, name="deidentification"),
    path("deidentification/choose/", deidentification_profiles.choose_profile, name="choose-profile"),
    path("pixel-reviews/", pixel_reviews.pixel_reviews, name="pixel-reviews"),
    path("pixel-reviews/<int:number>/", pixel_reviews.pixel_review, name="pixel-review"),
    path("batches/<int:number>/text/", text_approvals.texts, name="batch-texts"),
    path("identities/", identity_links.identities, name="identities"),
    path("identities/switch/", identity_links.switch, name="identities-switch"),
    path("identities/look-up/", identity_links.look_up, name="identities-look-up"),
    path("labels/", labels.labels, name="labels"),
    path("hanging/", hanging.hanging, name="hanging"),
    path("hanging/new/", hanging.new_protocol, name="hanging-new"),
    path("hanging/reset/", hanging.reset, name="hanging-reset"),
    path("hanging/<int:number>/", hanging.edit_protocol, name="hanging-edit"),
    path("hanging/<int:number>/switch/", hanging.switch, name="hanging-switch"),
    path("hanging/<int:number>/move/", hanging.move, name="hanging-move"),
    path("hanging/<int:number>/remove/", hanging.remove, name="hanging-remove"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<int:number>/", releases.release, name="release"),
    path("releases/<int:number>/certificate/", certificates.release, name="release-certificate"),
]
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<str:key>/", include(project)),
    path("", include("labeling.interfaces.pages.reads")),
    path("accounts/login/", auth.LoginView.as_view(template_name="sign_in.html"), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password/", accounts.PasswordChange.as_view(), name="password_change"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
