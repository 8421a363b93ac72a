"""The listening socket. It belongs to the supervisor, so that nobody is refused while the web processes restart."""

import socket

from annotation_site.local.errors import LocalRunError

FIRST_PORT, LAST_PORT = 8000, 8099


def listen(host: str, port: int | None) -> socket.socket:
    """Listen on that port, or without one on the first that is free."""
    if port is not None:
        try:
            return bind(host, port)
        except (OSError, OverflowError) as error:
            raise LocalRunError(
                f"Port {port} of {host} cannot be used ({reason(error)}); choose another with --port."
            ) from None
    for candidate in range(FIRST_PORT, LAST_PORT + 1):
        try:
            return bind(host, candidate)
        except OSError:
            continue
    raise LocalRunError(f"No port from {FIRST_PORT} to {LAST_PORT} of {host} is free; choose one with --port.")


def bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # A listener on all addresses does not always make bind() to one of them fail.
    with socket.socket(family) as probe:
        probe.settimeout(0.3)
        if port and probe.connect_ex(("::1" if family == socket.AF_INET6 else "127.0.0.1", port)) == 0:
            raise OSError("it is in use")
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.set_inheritable(True)
    except BaseException:
        listener.close()
        raise
    return listener


def reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
