"""Error pages, and problem JSON for what the API itself did not answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from labeling.errors import OverreadError

PAGES = {
    400: ("bad_request", "This request could not be understood"),
    403: ("not_allowed", "This is not allowed"),
    404: ("not_found", "There is nothing here"),
    500: ("server_error", "Something went wrong on our side"),
}
ADVICE = {
    400: "Go back, load the page again and retry.",
    403: "If you should be able to do this, ask a manager of the project to give you the role.",
    404: "It does not exist, or it is not for you. A manager of the project can add you or assign the case to you.",
    500: "Nothing that was shown as saved is lost. Try again in a moment. If it stays, tell the administrator when.",
}


def answer(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    code, title = PAGES[status]
    return problem(request, status, code, title, detail)


def problem(request: HttpRequest, status: int, code: str, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": f"urn:overread:{code}", "title": title, "status": status, "code": code, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"title": title, "status": status, "detail": detail, "advice": ADVICE.get(status, ADVICE[400])}
    return render(request, "error.html", context, status=status)


class ErrorPages:
    """Middleware: our exceptions that a page lets through become error pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OverreadError):
            return None
        code, title = PAGES.get(exception.status, (exception.code, exception.title))
        return problem(request, exception.status, code, title, exception.detail)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "The page was open for too long. Go back, load it again and retry.")
