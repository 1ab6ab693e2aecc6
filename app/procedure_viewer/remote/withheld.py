"""Some servers repeat in their refusal what they refuse. What may be copied into a support ticket goes without it."""

from dataclasses import replace

from procedure_viewer.fhir.outcome import Issue, Problem

_SHORTEST = 6
"""Characters. What is shorter is no secret, and could stand in any word."""
_IN_ITS_PLACE = "[…]"


def withheld(problem: Problem, *secrets: str | None) -> Problem:
    """The problem, in the server's words of which none of the secrets that it was sent is left."""
    sent = [secret for secret in secrets if secret is not None and len(secret) >= _SHORTEST]
    return replace(problem, issues=tuple(_without(issue, sent) for issue in problem.issues))


def _without(issue: Issue, secrets: list[str]) -> Issue:
    text, code = issue.text, issue.code
    for secret in secrets:
        text, code = text.replace(secret, _IN_ITS_PLACE), code.replace(secret, _IN_ITS_PLACE)
    return replace(issue, text=text, code=code)
