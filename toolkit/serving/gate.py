"""Who may ask the app for what: the person with the token, from this computer's own page, and nobody else."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

# What a page needs. No files beside the notebooks, no list of a folder's contents, no form to log in.
KEPT = (
    FileFindHandler, KernelHandler, MultiStaticFileHandler, TemplateStaticFileHandler, ThemesHandler,
    TornadoVoilaHandler, TornadoVoilaTreeHandler, VoilaKernelWebsocketHandler, VoilaShutdownKernelHandler,
)  # fmt: skip
OWN_NAMES = ("127.0.0.1", "localhost")
REFUSED = (
    "<!DOCTYPE html><title>Backcare</title><p>This page is for the person at this computer. "
    "Open the address that the terminal shows.</p>"
)


def from_here(request: HTTPServerRequest) -> bool:
    """Whether a request names this computer, and comes from a page of this very server or from no page."""
    origin = request.headers.get("Origin")
    return request.host_name in OWN_NAMES and origin in (None, f"{request.protocol}://{request.host}")


def guarded(handler: type[RequestHandler]) -> type[RequestHandler]:
    """Return a handler that answers nobody without the token or its cookie, files of scripts and styles included."""

    class Guarded(handler):  # type: ignore[misc, valid-type]  # made from what it guards
        """The same handler behind the gate."""

        base_url = "/"  # these three are asked for where the token is looked at; a file's handler has none of them
        log = logging.getLogger(__name__)

        @property
        def token(self) -> str:
            """The token of this server."""
            return str(self.settings["identity_provider"].token)

        async def prepare(self) -> None:
            """Refuse strangers, and whoever leaves a folder upwards, before anything else happens."""
            known = from_here(self.request) and await ensure_async(self.settings["identity_provider"].get_user(self))
            if not known or ".." in unquote(self.request.path):
                self.set_status(403)
                self.finish(REFUSED)
                return
            if (waiting := super().prepare()) is not None:
                await waiting

    return Guarded
