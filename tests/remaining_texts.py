"""Files of a batch with free text left in them, as de-identification would leave them."""

import dataclasses

from django.db import transaction

from labeling import intake
from labeling.actions import batches, catalogue
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentified_file import Work
from labeling.domain.dicom.elements import VR_OF_TAG, Element, tag_of
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.prepare import prepare
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.reading import read
from labeling.domain.dicom.writing import file_bytes
from labeling.models import BatchItem, ItemState, Outcome
from labeling.storage import content_key, storage
from tests import phantoms


def left(prepared, texts, **header):
    """A prepared file with these (keyword, value) in it, in its report and in its header."""
    source = read(prepared.dataset, Limits())
    for keyword, value in texts:
        raw = value.encode("ascii")
        tag = tag_of(keyword)
        source.elements[tag] = Element(tag, VR_OF_TAG[tag], raw + b" " * (len(raw) % 2))
    said = dict(texts)
    fields = {"study_description": said.get("StudyDescription", "")} | header
    fields["series_description"] = said.get("SeriesDescription", "")
    return dataclasses.replace(
        prepared,
        dataset=file_bytes(source.elements, source.transfer_syntax_uid),
        report=Report(texts=tuple(texts)),
        header=dataclasses.replace(prepared.header, **fields),
    )


def prepared(*texts, patient_id="", **radiograph):
    found = left(prepare(phantoms.radiograph(**radiograph), Work(Pseudonyms(intake.deid_key()))), texts)
    return dataclasses.replace(found, patient_id=patient_id)


def open_batch(manager, project):
    return batches.open_batch(actor=manager, project=project)


def file_with(batch, *texts, **header):
    """File one radiograph with these texts as the next item of the batch; gives the instance."""
    return filed(batch, prepared(*texts, **({"instance": 1 + BatchItem.objects.count()} | header)))


def filed(batch, made):
    instance = filed_instance(batch, made)
    number = 1 + batch.items.count()
    done = {"state": ItemState.DONE, "outcome": Outcome.ACCEPTED, "length": 1}
    BatchItem.objects.create(batch=batch, number=number, instance=instance, **done)
    return instance


def filed_instance(batch, made):
    stored = catalogue.digests(made)
    catalogue.write_bytes(made, stored)
    with transaction.atomic():
        return catalogue.file_instance(batch.project, made, stored, stored.content_sha256).instance


def content(instance):
    """The stored file, as the row says now."""
    instance.refresh_from_db()
    stored = storage().read(content_key(instance.content_sha256))
    assert len(stored) == instance.content_bytes
    return stored
