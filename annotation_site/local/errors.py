"""What a local run says when it cannot go on."""


class LocalRunError(Exception):
    """Printed as one sentence, without a traceback."""
