"""Torture row T13: nobody but the person at this computer gets in, by JupyterLab or by the app."""

import socket
import subprocess
from urllib.parse import urlsplit

import pytest
from strangers import PATHS, SOCKET, answered, ask, is_refused

WRONG = "0" * 48


@pytest.fixture(params=["lab", "app"])
def server(request):
    return request.getfixturevalue(request.param)


def login(server):
    """The address that the terminal tells, where the cookie is given."""
    return f"{'/lab' if 'lab' in server.folder.name else '/'}?token={server.token}"


def test_t13_enough_is_asked_for():
    assert len(set(PATHS)) >= 40


def test_t13_without_the_token_nothing_is_answered(server):
    assert answered(server.base) == {}


def test_t13_with_a_wrong_token_nothing_is_answered(server):
    assert answered(server.base, Authorization=f"token {WRONG}") == {}
    assert answered(server.base, [f"{path}{'&' if '?' in path else '?'}token={WRONG}" for path in PATHS]) == {}
    assert answered(server.base, Cookie=f"username-127-0-0-1-{urlsplit(server.base).port}={WRONG}") == {}


@pytest.mark.parametrize("name", ["clinic.example", "127.0.0.1.clinic.example", "192.0.2.7"])
def test_t13_under_a_foreign_name_nothing_is_answered_even_with_the_token(server, name):
    """A page elsewhere can give this computer a name of its own."""
    assert answered(server.base, Host=name, Authorization=f"token {server.token}") == {}


ORIGINS = ["http://clinic.example", "null", "http://127.0.0.1:1"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_t13_a_page_from_elsewhere_cannot_use_the_login_of_this_browser(server, origin):
    """Its requests bring the cookie along, and the foreign origin gives it away."""
    cookie = ask(server.base, login(server))[2]
    mine = {"Cookie": cookie, "Origin": origin}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/api/kernels", "/api/sessions", "/api/contents/new.ipynb", "/api/contents/clinic.toml",
                     "/api/shutdown", "/voila/api/shutdown/11111111-1111-1111-1111-111111111111"):  # fmt: skip
            assert is_refused(ask(server.base, path, method=method, body=b"{}", **mine)), f"{method} {path}"
    kernel = "/api/kernels/11111111-1111-1111-1111-111111111111/channels"
    assert is_refused(ask(server.base, kernel, **mine, **SOCKET))


@pytest.mark.parametrize("origin", ORIGINS)
def test_t13_the_app_answers_no_page_from_elsewhere_at_all(app, origin):
    cookie = ask(app.base, login(app))[2]
    assert answered(app.base, Cookie=cookie, Origin=origin) == {}


def test_t13_with_the_token_the_person_gets_in(server):
    """The control: what is refused above is answered here."""
    good = {"Authorization": f"token {server.token}"}
    assert answered(server.base, ["/"], **good)["/"][0] == 200
    cookie = ask(server.base, login(server), **good)[2]
    assert answered(server.base, ["/"], Cookie=cookie)["/"][0] == 200


def test_t13_the_app_gives_nobody_a_file(app):
    """With the token too: pages are shown, files and sources are not handed out."""
    pages = ("/", "/voila/tree/", "/voila/render/01_plan_regimen.ipynb")
    rest = [path for path in PATHS if path not in pages]
    kept = answered(app.base, rest, Authorization=f"token {app.token}")
    assert kept == {}


def test_t13_a_page_of_the_app_holds_no_code_and_no_token(app):
    text = ask(app.base, "/voila/render/03_review_patient.ipynb", Authorization=f"token {app.token}")[3]
    assert "Review a patient" in text
    assert not [
        word for word in ("use_notebook_style", "toolkit import", app.token) if word in text.partition("<body")[2]
    ]


def test_t13_no_address_but_this_computers_own_answers(server):
    """A server that listened on every address would answer on 127.0.0.2 as well."""
    port = urlsplit(server.base).port
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=2):
        pass


def test_t13_the_token_is_in_no_command_line(server):
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "toolkit.serving" in lines
    assert server.token not in lines


def test_t13_plain_voila_answers_strangers(plain_voila):
    """The control of the row: without our gate the same questions are answered."""
    assert ask(plain_voila, "/")[0] == 200
    found = answered(
        plain_voila, ["/voila/tree/", "/voila/api/contents", "/voila/static/voila.js"], Host="clinic.example"
    )
    assert {status for status, _ in found.values()} == {200}
    assert len(found) == 3
