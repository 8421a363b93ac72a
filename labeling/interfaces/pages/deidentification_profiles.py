"""De-identification of a project: the profile in force in plain words, the others, and a form for a new version."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from labeling.actions import access
from labeling.actions.deidentification_profiles import choose, create_version
from labeling.domain.dicom.deidentification import options as words
from labeling.domain.dicom.deidentification.profiles import BUILT_IN, PixelReview, Profile
from labeling.errors import NotFound, OverreadError
from labeling.interfaces.pages.layout import UserRequest, page
from labeling.models import Batch, Project

TAB = "deidentification"
PIXEL_REVIEW_NAMES = {PixelReview.UNSURE: "When unsure", PixelReview.ALWAYS: "Always", PixelReview.NEVER: "Never"}


@login_required
def deidentification(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    trouble = ""
    if request.method == "POST":
        try:
            made = create_version(actor=request.user, project=project, **asked(request))
            messages.success(request, f"{made} is made. It is not in force before you choose it.")
            # A fragment of its own: else the browser keeps that of the form, and the message is out of sight.
            return redirect(f"{reverse(TAB, args=[project.key])}#main")
        except OverreadError as error:
            trouble = error.detail or error.title
    in_force = project.profile_value()
    context = {
        "in_force": in_force,
        "review": PIXEL_REVIEW_NAMES[in_force.pixel_review],
        "review_words": words.pixel_review_words(in_force),
        "risks": words.risks(in_force),
        "rows": [explained(explanation, in_force) for explanation in words.EXPLANATIONS],
        "basic": words.BASIC_PROFILE,
        "visual": words.RECOGNIZABLE_VISUAL_FEATURES,
        "visual_words": words.NOT_DONE,
        "strict_words": words.STRICT,
        "profiles": listing(project, in_force),
        "form": form_of(request, in_force),
        "trouble": trouble,
    }
    return page(request, "deidentification_profiles.html", context, project=project, tab=TAB)


@login_required
@require_POST
def choose_profile(request: UserRequest, key: str) -> HttpResponse:
    project = access.managed_project(request.user, key)
    name, _, version = request.POST.get("profile", "").partition("/")
    try:
        number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
        chosen = choose(actor=request.user, project=project, name=name, version=number)
        messages.success(request, f"Batches opened from now on use {chosen.profile_value()}.")
    except NotFound as error:
        messages.error(request, error.detail)
    return redirect(TAB, key=project.key)


def asked(request: HttpRequest) -> dict[str, Any]:
    """What the form asks for, as it came."""
    form = request.POST
    return {
        "name": form.get("name", "").strip(),
        "options": form.getlist("options"),
        "pixel_review": form.get("pixel_review", ""),
        "is_strict": form.get("is_strict") == "yes",
    }


def explained(explanation: words.Explanation, profile: Profile) -> dict[str, Any]:
    is_chosen = profile.has(explanation.option)
    return {
        "code": explanation.code,
        "is_chosen": is_chosen,
        "words": explanation.chosen if is_chosen else explanation.not_chosen,
    }


def listing(project: Project, in_force: Profile) -> list[dict[str, Any]]:
    """The built-in profiles, then every version of the project's own, each with the batches that used it."""
    batches = Batch.objects.filter(project=project).order_by().values_list("profile__name", "profile__version")
    used = {
        f"{name}/{version}": (count, last) for name, version, count, last in batches.annotate(Count("pk"), Max("pk"))
    }
    built_in = [(profile, None) for profile in BUILT_IN.values()]
    own = [(row.to_value(), row) for row in project.deidentification_profiles.select_related("created_by")]
    return [
        {
            "profile": profile,
            "row": row,
            "is_in_force": profile == in_force,
            "review": PIXEL_REVIEW_NAMES[profile.pixel_review],
            "codes": [one.code for one in words.EXPLANATIONS if profile.has(one.option)],
            "batches": used.get(str(profile), (0, None))[0],
            "last_batch": used.get(str(profile), (0, None))[1],
        }
        for profile, row in [*built_in, *own]
    ]


def form_of(request: HttpRequest, in_force: Profile) -> dict[str, Any]:
    """The fields: as they were sent, or as the profile in force has them."""
    given = asked(request) if request.method == "POST" else in_force.to_json()
    name = given["name"] if request.method == "POST" or in_force.name not in BUILT_IN else ""
    return {
        "name": name,
        "is_strict": given["is_strict"],
        "options": [
            {"explanation": one, "is_checked": one.option.value in given["options"]} for one in words.EXPLANATIONS
        ],
        "reviews": [
            {
                "value": value,
                "name": name,
                "words": words.PIXEL_REVIEWS[value],
                "is_checked": value == given["pixel_review"],
            }
            for value, name in PIXEL_REVIEW_NAMES.items()
        ],
    }
