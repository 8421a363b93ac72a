"""What the viewer remembers for whoever is signed in."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions.preferences import preferences_of, save_preferences
from labeling.interfaces.api.authentication import current_user


class PreferencesView(APIView):
    """One document: `keys` (command to key), `tour_seen`, `snaps_to_edges`. PUT replaces all of it."""

    @extend_schema(responses=dict)
    def get(self, request: Request) -> Response:
        return Response(preferences_of(current_user(request)))

    @extend_schema(request=dict, responses={200: dict, 422: dict})
    def put(self, request: Request) -> Response:
        return Response(save_preferences(user=current_user(request), values=request.data))


urlpatterns = [path("preferences/", PreferencesView.as_view(), name="preferences")]
