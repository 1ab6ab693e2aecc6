"""Why the operating system refused something, fit to be shown and copied."""


def os_words(error: OSError) -> str:
    """The system's reason without the path, which may name a patient."""
    return error.strerror or type(error).__name__
