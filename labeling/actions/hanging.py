"""Hanging protocols of a project: add, change, switch, order, remove, go back to the built-in ones.

The first change of any kind makes the built-in ones the project's own, under the numbers that they were listed with.
"""

from django.db import transaction

from labeling.actions import audit
from labeling.domain.hanging import Protocol
from labeling.domain.hanging_json import from_json
from labeling.errors import InvalidHangingProtocol, NotFound, StaleProtocol
from labeling.models import HangingProtocol, Project, User

MOST_PROTOCOLS = 100


def add_protocol(*, actor: User, project: Project, document: object) -> HangingProtocol:
    """Add a protocol before the others. Raises InvalidHangingProtocol."""
    protocol = from_json(document)
    with transaction.atomic():
        rows = _own(project)
        if len(rows) >= MOST_PROTOCOLS:
            raise InvalidHangingProtocol(f"a project has at most {MOST_PROTOCOLS} hanging protocols")
        _refuse_taken_name(rows, protocol)
        made = HangingProtocol.of_value(project, protocol, _new_number(project, rows))
        made.save()
        _put_in_order([made, *rows])
        _record(actor, made, "hanging.add", protocol=made.as_document())
    return made


def change_protocol(*, actor: User, project: Project, number: int, version: int, document: object) -> HangingProtocol:
    """Replace all that this version of a protocol says. Raises InvalidHangingProtocol, StaleProtocol and NotFound."""
    protocol = from_json(document)
    with transaction.atomic():
        rows = _own(project)
        row = _numbered(rows, number)
        _refuse_stale(row, version, document)
        _refuse_taken_name([other for other in rows if other != row], protocol)
        before = row.as_document()
        row.take(protocol)
        if row.as_document() != before:
            row.version += 1
            row.save(update_fields=["name", "layout", "version"])
            _record(actor, row, "hanging.change", protocol=row.as_document(), instead_of=before)
    return row


def switch_protocol(*, actor: User, project: Project, number: int, is_on: bool) -> HangingProtocol:
    """Let cases be hung by a protocol, or not. Raises NotFound."""
    with transaction.atomic():
        row = _numbered(_own(project), number)
        row.is_on = is_on
        row.save(update_fields=["is_on"])
        _record(actor, row, "hanging.switch", is_on=is_on)
    return row


def move_protocol(*, actor: User, project: Project, number: int, position: int) -> list[HangingProtocol]:
    """Put a protocol at this place of the order, from 1; beyond the ends is at the end. Raises NotFound."""
    with transaction.atomic():
        rows = _own(project)
        row = _numbered(rows, number)
        rows.remove(row)
        rows.insert(max(position, 1) - 1, row)
        _put_in_order(rows)
        _record(actor, row, "hanging.move", position=row.position)
    return rows


def remove_protocol(*, actor: User, project: Project, number: int, version: int) -> None:
    """Raises NotFound, StaleProtocol, and InvalidHangingProtocol for the last one: without any the built-in ones would
    come back."""
    with transaction.atomic():
        rows = _own(project)
        row = _numbered(rows, number)
        _refuse_stale(row, version)
        if len(rows) == 1:
            raise InvalidHangingProtocol("the last protocol stays; the built-in ones can be brought back instead")
        _record(actor, row, "hanging.remove", protocol=row.as_document())
        row.delete()


def reset_protocols(*, actor: User, project: Project) -> None:
    """Forget the project's own protocols: the built-in ones hang its cases again."""
    with transaction.atomic():
        rows = _own(project)
        documents = [row.as_document() for row in rows]
        project.hanging_protocols.all().delete()
        audit.record(actor=actor, action="hanging.reset", project=project, subject=project.key, instead_of=documents)


def _own(project: Project) -> list[HangingProtocol]:
    """The protocols as rows that are saved, in order. The lock lines up managers who change them together."""
    Project.objects.select_for_update().get(pk=project.pk)
    rows = HangingProtocol.objects.listed(project)
    return rows if rows[0].pk else HangingProtocol.objects.bulk_create(rows)


def _numbered(rows: list[HangingProtocol], number: int) -> HangingProtocol:
    for row in rows:
        if row.number == number:
            return row
    raise NotFound("the project has no such hanging protocol")


def _new_number(project: Project, rows: list[HangingProtocol]) -> int:
    """Beyond any that there was: an address that is kept somewhere never leads to another protocol. `_own` has the
    project locked."""
    last = Project.objects.values_list("last_hanging_number", flat=True).get(pk=project.pk)
    number = 1 + max(last, *(row.number for row in rows))
    Project.objects.filter(pk=project.pk).update(last_hanging_number=number)
    return number


def _refuse_stale(row: HangingProtocol, version: int, document: object = None) -> None:
    if version != row.version:
        current = {"version": row.version, "protocol": row.as_document()}
        raise StaleProtocol(f"version {row.version} is the newest", current=current, yours=document)


def _refuse_taken_name(others: list[HangingProtocol], protocol: Protocol) -> None:
    if protocol.name.casefold() in {row.name.casefold() for row in others}:
        place = {"place": "the protocol", "field": "name"}
        raise InvalidHangingProtocol(f"another protocol is called {protocol.name}: give another name", **place)


def _put_in_order(rows: list[HangingProtocol]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position
    HangingProtocol.objects.bulk_update(rows, ["position"])


def _record(actor: User, row: HangingProtocol, action: str, **details: object) -> None:
    audit.record(actor=actor, action=action, project=row.project, subject=row.name, number=row.number, **details)
