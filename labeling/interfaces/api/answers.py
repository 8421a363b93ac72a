"""PUT of the answer to a label, or to the whole case."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.actions.answers import Answer, save_answer
from labeling.interfaces.api.authentication import current_user
from labeling.interfaces.api.preconditions import condition_of


class AnswerFields(serializers.Serializer[Answer]):
    value = serializers.CharField(max_length=16, allow_null=True)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class AnswerView(APIView):
    """The answer to a label by its key; `case` is the whole case, and its answer `absent` is "no finding".

    A label about series or images is answered under `<key>~<series UID>` or `<key>~<SOP instance UID>~<frame>`.
    """

    @extend_schema(request=AnswerFields, responses={200: dict, 201: dict, 412: dict, 428: dict})
    def put(self, request: Request, read: int, name: str) -> Response:
        condition = condition_of(request)
        fields = AnswerFields(data=request.data)
        fields.is_valid(raise_exception=True)
        saved = save_answer(
            user=current_user(request),
            read_id=read,
            name=name,
            answer=Answer(**fields.validated_data),
            condition=condition,
        )
        headers = {"ETag": f'"{saved.answer.version}"'}
        return Response(saved.answer.as_document(), status=201 if saved.is_new else 200, headers=headers)


urlpatterns = [path("reads/<int:read>/answers/<str:name>/", AnswerView.as_view(), name="answer")]
