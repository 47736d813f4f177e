"""Serve the page: Streamlit in this process, on this machine only unless told otherwise."""

import gc
import os
import socket
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click

from index.errors import ReftelError, SettingsError
from index.settings import PREFIX, Settings

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

_OPTIONS: Final[dict[str, Any]] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.showSidebarNavigation": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.level": "warning",
    "logger.hideWelcomeMessage": True,  # the welcome asks the network for this machine's address
    "runner.magicEnabled": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.showEmailPrompt": False,
}

_LIGHT: Final = {
    "primaryColor": "#7b3b2e",
    "backgroundColor": "#fbf9f4",
    "secondaryBackgroundColor": "#f2eee5",
    "textColor": "#23211d",
    "borderColor": "#ddd6c8",
    "linkColor": "#7b3b2e",
}
_DARK: Final = {
    "primaryColor": "#e0a48f",
    "backgroundColor": "#191816",
    "secondaryBackgroundColor": "#211f1c",
    "textColor": "#e9e4da",
    "borderColor": "#3a3732",
    "linkColor": "#e0a48f",
}


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve the page until the process is told to stop.

    Args:
        settings: what the page's assistant is opened with.
        host: address to listen on; other machines see the page only where this is not loopback.
        port: port to listen on.

    Raises:
        SettingsError: nothing can listen there.
    """
    from streamlit.web import bootstrap

    _check_free(host, port)
    # The page opens its assistant from the environment, at the first need and after a failure again.
    for name in ("home", "chat_model"):
        os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))
    options = {**_OPTIONS, **_theme(), "server.address": host, "server.port": port}
    options["server.maxUploadSize"] = settings.max_upload_mb
    if host in _LOOPBACK:
        # A page elsewhere must not reach this one under a name of its own (DNS rebinding).
        options["server.allowedHosts"] = list(_LOOPBACK)
    if settings.sign_in:
        options["secrets.files"] = [str(_secrets(settings.home))]
    elif host not in _LOOPBACK:
        click.echo(
            "Whoever reaches this address reads every cable; sign_in in the settings asks who they are.", err=True
        )
    bootstrap.load_config_options(flag_options=options)
    click.echo(f"Reftel is at http://{host}:{port}/ (Ctrl-C stops it).")
    threading.Thread(target=_warm, name="reftel-warm", daemon=True).start()
    bootstrap.run(str(Path(__file__).with_name("app.py")), False, [], options)


def _secrets(home: Path) -> Path:
    """Where the settings of the sign-in lie, in the form of Streamlit's `[auth]`.

    Raises:
        SettingsError: there are none, or the package that they need is not installed.
    """
    path = home.absolute() / "secrets.toml"
    if not path.is_file():
        raise SettingsError(
            f"sign_in is set and there is no {path}; write [auth] into it as Streamlit's st.login says."
        )
    if find_spec("authlib") is None:
        raise SettingsError("sign_in needs the package authlib; run: pip install 'reftel[login]'")
    return path


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        raise SettingsError(f"cannot listen on {host}:{port} ({error}); choose another --port or --host.") from None


def _warm() -> None:
    """Open the stores, the encoders and the chat model before the first reader comes."""
    from qa import parts, reading
    from qa.closeness import open_closeness
    from ui.state import everything

    with suppress(ReftelError):  # the page says it, to the reader
        everything().search("warm")
        open_closeness()
        for read_beforehand in (reading.warm, parts.warm):
            read_beforehand(everything().chat_model)
    # Streamlit collects garbage after every run of the page, before its end is sent: 0.3 s over all that the libraries
    # have made. What is there now stays as long as the server does, and is not looked through again.
    gc.collect()
    gc.freeze()


def _theme() -> dict[str, Any]:
    colours = {"light": _LIGHT, "dark": _DARK}
    options: dict[str, Any] = {
        f"theme.{base}.{name}": value for base, theme in colours.items() for name, value in theme.items()
    }
    return options | {"theme.baseRadius": "small", "theme.showSidebarBorder": True}
