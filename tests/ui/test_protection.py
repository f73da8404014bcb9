"""What every answer of the server passes, whoever asks, and under whatever name."""

import http.client
import re

import asgi_for_tests
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config

from ui import protection

LOCAL = ["localhost", "127.0.0.1"]


@pytest.fixture
def asked(monkeypatch):
    """Asks a small application behind the middleware, under some name."""
    allowed = {"server.allowedHosts": LOCAL}
    monkeypatch.setattr(config, "get_option", lambda name: allowed[name])
    monkeypatch.setattr(protection.st, "get_option", lambda name: allowed[name])
    app = Starlette(
        routes=[Route("/", lambda request: PlainTextResponse("the page"))],
        middleware=[Middleware(protection.Protection)],
    )
    return lambda host: asgi_for_tests.asked(app, host=host)


@pytest.mark.parametrize("host", ["localhost", "localhost:8501", "127.0.0.1:80", "LOCALHOST"])
def test_this_machine_is_served_under_its_own_names(asked, host):
    assert asked(host).text == "the page"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "192.168.1.20:8501", "127.0.0.1@evil.example", ""],
)
def test_another_name_that_leads_here_gets_one_sentence(asked, host):
    answer = asked(host)
    assert answer.status == 403
    assert answer.text.count("\n") == 0 and "localhost, 127.0.0.1" in answer.text
    assert host not in answer.text or not host


def test_every_answer_carries_the_policy_and_it_names_no_other_host(asked):
    for host in ("localhost", "evil.example"):
        rules = asked(host).headers["content-security-policy"]
        parts = dict(rule.split(" ", 1) for rule in rules.split("; "))
        assert parts["default-src"] == "'none'"
        for sources in parts.values():
            allowed = ("'", "data:", "blob:")
            assert all(source.startswith(allowed) for source in sources.split()), sources
        assert "unsafe" not in parts["script-src"] and "data:" not in parts["script-src"]
        assert asked(host).headers["x-content-type-options"] == "nosniff"


def test_the_one_inline_script_of_streamlits_page_is_allowed_by_its_hash():
    scripts = re.findall(r"<script>", protection.EMPTY_PAGE.read_text(encoding="utf-8"))
    assert len(scripts) == protection.policy().count("'sha256-") == 1


@pytest.mark.load
def test_a_running_server_answers_under_no_other_name(server):
    for path in ("/", "/Seeds", "/_stcore/health", "/_stcore/host-config", "/app/static/none.js"):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", path, headers={"Host": f"rebound.example:{server.port}"})
        answer = connection.getresponse()
        assert answer.status == 403 and b"docs/classroom.md" in answer.read(), path
        connection.close()
