"""What the read page loads is there under its hashed name, to be kept for ever."""

import re
from posixpath import dirname, join, normpath

import pytest
from django.conf import settings
from django.test import Client

from tests import builders

pytestmark = pytest.mark.django_db
IMPORTED = re.compile(r"""from\s*["'](\.[^"']+)["']|url\(["']?([^"')]+)""")


def text_of(answer):
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_every_static_file_of_the_read_page_loads_without_debug(project, reader, signed_in):
    assert not settings.DEBUG
    builders.schema(project)
    page = text_of(signed_in(reader).get(f"/read/{builders.read(builders.case(project), reader).pk}/"))
    waiting = set(re.findall(r"/static/[\w./-]+", page.replace("&quot;", '"')))
    seen = {}
    anyone = Client()
    while waiting:
        url = waiting.pop()
        answer = anyone.get(url)
        seen[url] = (answer.status_code, answer.get("Cache-Control", ""))
        if answer.status_code == 200 and url.endswith((".js", ".css")):
            names = {"".join(pair) for pair in IMPORTED.findall(text_of(answer))}
            named = {normpath(join(dirname(url), name)) for name in names if not name.startswith("data:")}
            waiting |= named - set(seen)
    kinds = {url.rsplit(".", 1)[1] for url in seen}
    assert kinds == {"js", "css", "svg"}
    assert len(seen) > 80
    assert any("decode_worker" in url for url in seen)
    wrong = {url: said for url, said in seen.items() if said[0] != 200 or "immutable" not in said[1]}
    assert wrong == {}
