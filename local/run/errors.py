"""Why a start ends, in one sentence for the person at the terminal."""


class StartError(Exception):
    """Nothing is left running; the message is all that is printed."""
