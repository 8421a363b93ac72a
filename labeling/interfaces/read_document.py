"""A read as one JSON document: what the viewer opens with, and what GET /api/reads/<id>/ answers.

Nothing in it depends on what other readers did.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from labeling.actions.preferences import preferences_of
from labeling.domain.geometry.slices import Slice, slice_order, slice_plane
from labeling.domain.hanging import PROJECTIONS, Picture, arrangements
from labeling.models import AnnotationVersion, Case, HangingProtocol, Instance, Label, Read, Series, Study, User

_COMMON = (
    "rows", "columns", "number_of_frames", "samples_per_pixel", "bits", "is_signed", "photometric_interpretation",
)  # fmt: skip
_HOISTED = (*_COMMON, "is_float")


def read_document(read: Read, user: User) -> dict[str, Any]:
    case = read.case
    study = case.study
    return {
        "id": read.pk,
        "state": read.state,
        "submitted_at": read.submitted_at.isoformat() if read.submitted_at else None,
        "reader": read.reader.username,
        "round": read.round,
        "is_mine": read.reader_id == user.pk and read.assignment.withdrawn_at is None,
        "case": {
            "code": case.code,
            "project": {"key": case.project.key, "name": case.project.name},
            "patient": {"sex": study.patient_sex, "age": study.patient_age},
            "study_date": study.study_date.isoformat() if study.study_date else "",
        },
        "urls": _urls(read),
        "preferences": preferences_of(user),
        "schema": {
            "id": read.schema_id,
            "version": read.schema.version,
            "labels": [label_document(label) for label in read.schema.labels.all()],
        },
        **pictures_document(case),
        "annotations": [v.as_document() for v in AnnotationVersion.objects.of_read(read).newest()],
        "answers": [
            answer.as_document() for answer in read.answers.select_related("label", "series", "instance").newest()
        ],
    }


def pictures_document(case: Case) -> dict[str, Any]:
    """The pictures of a case with those of its priors, and how they hang."""
    studies = [case.study, *Study.objects.priors_of(case)]
    series = list(_series_of(studies))
    protocols = HangingProtocol.objects.in_force(case.project)
    return {
        "studies": [_study(one, case.study) for one in studies],
        "series": series,
        "hanging": {"protocols": arrangements(protocols, list(_pictures(series)))},
    }


def label_document(label: Label) -> dict[str, Any]:
    names = ("key", "name", "code", "colour", "hotkey", "scope", "shapes", "attributes")
    return {name: getattr(label, name) for name in names}


def _urls(read: Read) -> dict[str, str]:
    own = reverse("api:read", args=[read.pk])
    return {
        "self": own,
        "annotations": f"{own}annotations/",
        "answers": f"{own}answers/",
        "submit": f"{own}submit/",
        "upcoming": f"{own}upcoming/",
        "session": reverse("api:session"),
        "preferences": reverse("api:preferences"),
        "worklist": reverse("worklist"),
        "next": f"{reverse('next-read')}?project={read.case.project.key}",
    }


def _study(study: Study, current: Study) -> dict[str, Any]:
    dates = (current.study_date, study.study_date)
    return {
        "study_instance_uid": study.study_instance_uid,
        "is_prior": study.pk != current.pk,
        "date": study.study_date.isoformat() if study.study_date else "",
        "interval_days": (dates[0] - dates[1]).days if dates[0] and dates[1] else 0,
        "description": study.description,
    }


def _series_of(studies: list[Study]) -> Iterator[dict[str, Any]]:
    """The series of the case's study, then those of its priors."""
    place = {study.pk: index for index, study in enumerate(studies)}
    rows = Series.objects.filter(study__in=studies).prefetch_related("instances").order_by("series_number", "pk")
    for series in sorted(rows, key=lambda row: place[row.study_id]):
        if series.instances.all():
            yield _series(series) | {"study": place[series.study_id]}


def _pictures(series: Iterable[dict[str, Any]]) -> Iterator[Picture]:
    """What can be hung: each image of a projection, each series of slices as a whole."""
    for one in series:
        instances = [one["common"] | own for own in one["instances"]]
        is_projection = one["modality"] in PROJECTIONS
        for instance in instances if is_projection else instances[:1]:
            display = one["common"]["display"] | instance["display"]
            yield Picture(
                series_instance_uid=one["series_instance_uid"],
                sop_instance_uid=instance["sop_instance_uid"] if is_projection else "",
                modality=one["modality"],
                study=one["study"],
                frames=len(instances),
                view=display.get("view_position", ""),
                laterality=display.get("laterality", ""),
                orientation=tuple(display.get("patient_orientation") or ()),
                plane=slice_plane(display.get("orientation")),
                description=one["description"],
                body_part=one["body_part"],
            )


def _series(series: Series) -> dict[str, Any]:
    unordered = list(series.instances.all())
    instances = [unordered[index] for index in slice_order([_slice(instance) for instance in unordered])]
    documents = [_instance(instance) for instance in instances]
    common = _hoisted(documents)
    middle = instances[len(instances) // 2]
    return {
        "series_instance_uid": series.series_instance_uid,
        "modality": series.modality,
        "number": series.series_number,
        "description": series.description,
        "body_part": series.body_part,
        "thumbnail_url": thumbnail_url(middle),
        "common": common,
        "instances": documents,
    }


def _slice(instance: Instance) -> Slice:
    position, orientation = instance.display.get("position"), instance.display.get("orientation")
    return Slice(
        tuple(position) if position else None,
        tuple(orientation) if orientation else None,
        instance.instance_number,
        instance.sop_instance_uid,
    )


def thumbnail_url(instance: Instance) -> str:
    return reverse("api:thumbnail", args=[instance.pk, instance.pack_tag])


def _instance(instance: Instance) -> dict[str, Any]:
    frame_url = reverse("api:frame", args=[instance.pk, 0, instance.pack_tag])
    display = dict(instance.display)
    preview_url = reverse("api:preview", args=[instance.pk, 1, instance.pack_tag]) if instance.has_preview else ""
    overlays = _overlays(instance, display.pop("overlays", []))
    return {
        "sop_instance_uid": instance.sop_instance_uid,
        "instance_number": instance.instance_number,
        "frame_url": frame_url.replace("/frames/0/", "/frames/{frame}/"),
        "not_displayable": "",
        **{name: getattr(instance, name) for name in _COMMON},
        "is_float": display.pop("is_float", False),
        "display": display,
        **({"preview_url": preview_url} if preview_url else {}),
        **({"overlays": overlays} if overlays else {}),
    }


def _overlays(instance: Instance, planes: list[dict[str, int]]) -> list[dict[str, Any]]:
    arguments = [[instance.pk, number, instance.pack_tag] for number in range(1, len(planes) + 1)]
    return [plane | {"url": reverse("api:overlay", args=args)} for plane, args in zip(planes, arguments, strict=True)]


def _hoisted(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Take out of the instances what all of them share, `display` key by key: a CT of 500 slices shrinks 4 times."""
    if len(documents) < 2:
        return {"display": {}}
    common: dict[str, Any] = _shared([{name: document[name] for name in _HOISTED} for document in documents])
    display = _shared([document["display"] for document in documents])
    for document in documents:
        for name in common:
            del document[name]
        for name in display:
            del document["display"][name]
    return common | {"display": display}


def _shared(members: list[dict[str, Any]]) -> dict[str, Any]:
    first, *others = members
    absent = object()
    return {name: value for name, value in first.items() if all(other.get(name, absent) == value for other in others)}
