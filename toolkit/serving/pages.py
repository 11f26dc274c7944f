"""Voilà as Backcare runs it, in a process of its own: `backcare app` starts it."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import tempfile
import threading
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila

from toolkit.look import look
from toolkit.serving.gate import KEPT, guarded
from toolkit.serving.start import MESSAGE_BYTES
from toolkit.serving.wording import for_a_page, pages_in
from toolkit.store import Store

# Scripts and styles stand in Voilà's pages; everything must come from this server, and no other page may frame it.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
INSTRUCTION = (
    "Nothing was saved by it. Whoever looks after this computer sees what went wrong in JupyterLab: backcare lab."
)
STRICT = Config(
    Voila={"ip": "127.0.0.1", "auto_token": True, "log_level": logging.ERROR},
    VoilaConfiguration={
        "template": "backcare", "allow_template_override": "NO", "allow_theme_override": "NO", "classic_tree": True,
        "file_allowlist": [], "show_tracebacks": False, "strip_sources": True, "preheat_kernel": False,
    },
    VoilaExecutor={"cell_error_instruction": INSTRUCTION, "timeout": 600},
)  # fmt: skip


class Pages(Voila):
    """Voilà behind a token, with nothing read from settings files and nothing sent to anybody else."""

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read no settings file: not one of them may open the computer to others."""

    def initialize(self, argv: list[str] | None = None) -> None:
        """Take the arguments, and what the template must know of the clinic."""
        super().initialize(argv)
        with closing(Store()) as store:
            shown = {"clinic": store.name, "sample": store.is_sample, "ink": look()["ink"]}
        shown["pages"] = pages_in(Path(self.root_dir))
        self.voila_configuration.page_config_hook = lambda page, **_: page.update(backcare=shown) or page
        self.voila_configuration.prelaunch_hook = lambda _, notebook, cwd: for_a_page(notebook)
        for handler in filter(None, [*self.log.handlers, *logging.getLogger().handlers, logging.lastResort]):
            handler.addFilter(say_no_more)
        logging.getLogger("tornado.access").setLevel(logging.CRITICAL)

    def init_settings(self) -> dict[str, Any]:
        """Return the server's settings: messages large enough for a file, a strict policy for pages."""
        strict = {"websocket_max_message_size": MESSAGE_BYTES, "ws_ping_timeout": 30_000, "headers": HEADERS}
        settings: dict[str, Any] = super().init_settings() | strict
        return settings

    def init_handlers(self) -> list[Any]:
        """Return what answers requests: of Voilà's own only what a page needs, each of them guarded."""
        return [
            (pattern, guarded(handler), *rest) for pattern, handler, *rest in super().init_handlers() if handler in KEPT
        ]

    def listen(self) -> None:
        """Listen until stopped, and say where once the port is known."""
        IOLoop.current().add_callback(self.tell)
        super().listen()

    def launch_browser(self) -> None:
        """Do nothing yet: `tell` opens the browser, with the token."""

    def tell(self) -> None:
        """Tell the address with its token, and open it where there is a browser."""
        address = f"{self.connection_url}?token={self.identity_provider.token}"
        sys.stdout.write(f"The app: {address}\n")
        sys.stdout.flush()
        if self.open_browser:
            threading.Thread(target=open_browser, args=[address], daemon=True).start()


def open_browser(address: str) -> None:
    """Open an address by way of a file that only this person can read: a command line can be read by everybody."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    descriptor, name = tempfile.mkstemp(suffix=".html")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f'<!DOCTYPE html><title>Backcare</title><meta http-equiv="refresh" content="0;url={address}">')
    atexit.register(Path(name).unlink, missing_ok=True)
    browser.open(Path(name).as_uri())


def say_no_more(record: logging.LogRecord) -> bool:
    """Keep what a program says of an error, and drop the rest: values and tracebacks may hold a patient's words."""
    if record.levelno >= logging.WARNING:
        record.msg = record.msg.partition("%")[0].rstrip(": ") if isinstance(record.msg, str) else "An error"
        record.args, record.exc_info, record.exc_text = None, None, None
    return True


if __name__ == "__main__":
    Pages.launch_instance(argv=sys.argv[1:], config=STRICT)
