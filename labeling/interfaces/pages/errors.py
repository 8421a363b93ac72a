"""Error pages, and problem JSON for what the API itself did not answer."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

PAGES = {
    400: ("bad_request", "This request could not be understood"),
    403: ("not_allowed", "This is not allowed"),
    404: ("not_found", "There is nothing here"),
    500: ("server_error", "Something went wrong on our side"),
}


def answer(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    code, title = PAGES[status]
    if request.path.startswith("/api/"):
        body = {
            "type": f"urn:overread:{code}",
            "title": title,
            "status": status,
            "code": code,
            "detail": detail,
        }
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "error.html", {"title": title, "status": status, "detail": detail}, status=status)


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
