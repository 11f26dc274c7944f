"""What a stranger asks for, sent as it stands: no library in between tidies a path."""

import http.client
from urllib.parse import urlsplit

PATHS = (
    "/", "/lab", "/lab/tree/notebooks/01_plan_regimen.ipynb", "/tree", "/notebooks/01_plan_regimen.ipynb",
    "/files/notebooks/01_plan_regimen.ipynb", "/files/clinic.sqlite", "/files/clinic.toml", "/files/server.log",
    "/files/../clinic.sqlite", "/files/%2e%2e/clinic.sqlite", "/files//etc/passwd",
    "/api/contents", "/api/contents/clinic.sqlite?content=1", "/api/contents/notebooks/01_plan_regimen.ipynb?content=1",
    "/api/contents/../clinic.toml", "/api/sessions", "/api/kernels", "/api/kernelspecs", "/api/status", "/api/me",
    "/api/config/notebook", "/nbconvert/html/notebooks/01_plan_regimen.ipynb", "/lab/api/settings",
    "/lab/api/workspaces", "/view/clinic.sqlite", "/voila/tree/", "/voila/tree/..",
    "/voila/render/01_plan_regimen.ipynb", "/voila/render/../clinic.toml", "/voila/render/%2e%2e/clinic.toml",
    "/voila/files/01_plan_regimen.ipynb", "/voila/files/../clinic.sqlite", "/voila/files/..%2fclinic.toml",
    "/voila/api/contents", "/voila/api/contents/01_plan_regimen.ipynb", "/voila/static/../../../clinic.sqlite",
    "/voila/static/..%2f..%2fclinic.toml", "/voila/templates/backcare/static/../index.html.j2",
    "/voila/templates/../static/clinic.toml", "/voila/labextensions/../../clinic.sqlite",
    "/voila/api/themes/../clinic.toml",
)  # fmt: skip
SOCKET = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip


def ask(base, path, *, method="GET", body=None, **headers):
    """Return status, the place one is sent to, the cookies set and the text of an answer."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    cookies = "; ".join(value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, answer.getheader("Location", ""), cookies, text


def is_refused(answer):
    """Whether a stranger was told no, or to log in first."""
    status, place, _, _ = answer
    return status in (401, 403, 404, 405) or (status == 302 and place.startswith("/login"))


def answered(base, paths=PATHS, **headers):
    """Return the paths that were not refused, with what they answered; who is sent elsewhere asks there."""
    found = {}
    for path in paths:
        answer = ask(base, path, **headers)
        if answer[0] in (301, 302) and not is_refused(answer) and answer[1].startswith("/"):
            answer = ask(base, answer[1], **headers)
        if not is_refused(answer):
            found[path] = answer[:2]
    return found
