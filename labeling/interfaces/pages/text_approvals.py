"""Free text that is left in a batch, to keep or to drop: the page works by keyboard, and without scripts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from labeling.actions import access
from labeling.actions.text_approvals import drop, keep, retry
from labeling.errors import MalformedRequest, OverreadError
from labeling.interfaces.pages.layout import UserRequest, filter_query, page, page_of
from labeling.models import Batch, Project, RemainingText, RemainingTextUse, TextUseState

PER_PAGE = 100


@login_required
def texts(request: UserRequest, key: str, number: int) -> HttpResponse:
    project = access.managed_project(request.user, key)
    batch = access.one(Batch.objects.filter(project=project), pk=number)
    if request.method == "POST":
        decide(request, project)
        return redirect(request.get_full_path())
    found = RemainingText.objects.of_batch(batch)
    waiting = found.waiting()
    asked = "all" if request.GET.get("decision") == "all" else "waiting"
    places = RemainingTextUse.objects.filter(instance__items__batch=batch).order_by().distinct()
    context = {
        "batch": batch,
        "rows": page_of(request, waiting if asked == "waiting" else found, PER_PAGE),
        "asked": asked,
        "filter_query": filter_query(request),
        "waiting": waiting.count(),
        "total": found.count(),
        "to_drop": places.filter(state=TextUseState.TO_DROP).count(),
        "failed": places.filter(state=TextUseState.FAILED).count(),
        "settings": {"batch": batch.pk, "user": request.user.get_username()},
    }
    return page(request, "text_approvals.html", context, project=project, tab="batches")


def decide(request: UserRequest, project: Project) -> None:
    """Do what the button says with the rows that are ticked."""
    decision = request.POST.get("decision", "")
    try:
        if decision == "retry":
            count = retry(actor=request.user, project=project)
            messages.success(request, f"Trying again in {count} place{'' if count == 1 else 's'}.")
            return
        action = {"keep": keep, "drop": drop}.get(decision)
        chosen = chosen_of(request)
        if action is None or not chosen:
            raise MalformedRequest("Tick the values first, then keep or drop them.")
        count = action(actor=request.user, project=project, texts=chosen)
        messages.success(request, said(decision, count))
    except OverreadError as error:
        messages.error(request, error.detail or error.title)


def chosen_of(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("texts")
    return [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 19]


def said(decision: str, count: int) -> str:
    values = f"{count} value{'' if count == 1 else 's'}"
    if decision == "keep":
        return f"{values} kept."
    return f"{values} dropped. The files are being rewritten in the background."
