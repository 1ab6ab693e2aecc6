"""Tooltips of server text: Qt guesses whether a tooltip is rich text, so it is told, with everything escaped."""

from html import escape


def plain_tooltip(text: str) -> str:
    """Rich text that shows exactly the characters of `text` and nothing else."""
    return f"<qt>{escape(text)}</qt>" if text else ""
