"""Signing in over a page whose session has ended."""

from django.contrib.auth import authenticate, login
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.interfaces.api.errors import problem


class Credentials(serializers.Serializer[dict[str, str]]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class WhoIsSignedIn(serializers.Serializer[dict[str, str]]):
    username = serializers.CharField(allow_null=True)
    csrf_token = serializers.CharField()


# DRF checks CSRF only for who is signed in already; without this another site could sign a browser in.
@method_decorator(csrf_protect, name="dispatch")
class SessionView(APIView):
    """GET says who is signed in; POST signs in. Both give the CSRF token to use from now on."""

    permission_classes = [AllowAny]

    @extend_schema(responses=WhoIsSignedIn)
    def get(self, request: Request) -> Response:
        username = request.user.get_username() or None
        return Response({"username": username, "csrf_token": get_token(request._request)})

    @extend_schema(request=Credentials, responses=WhoIsSignedIn)
    def post(self, request: Request) -> Response:
        form = Credentials(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(request._request, **form.validated_data)
        if user is None:
            return problem(400, "wrong_credentials", "The name or the password is wrong")
        login(request._request, user)
        return Response({"username": user.get_username(), "csrf_token": get_token(request._request)})
