"""Which installed distributions the program is made of, and what of their metadata goes with it.

The environment of the freezer also holds the freezer itself and the makers of the lists; nothing of those is shipped,
even where a shipped package would use it if it found it.
"""

import re
from collections.abc import Collection, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions

from packaging.requirements import Requirement

PROJECT = "procedure-viewer"
LEFT_OUT = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""Of the metadata: what only an installer needs, with places of the machine that built it."""


def run_time(project: str = PROJECT) -> dict[str, Distribution]:
    """The distribution and all that it requires here, directly or not, by normalised name."""
    found: dict[str, Distribution] = {}
    wanted: list[tuple[str, frozenset[str]]] = [(project, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        name, extras = entry = wanted.pop()
        if entry in seen:
            continue
        seen.add(entry)
        found[normalised(name)] = distribution(name)
        for line in found[normalised(name)].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in (extras or {""})
            ):
                wanted.append((requirement.name, frozenset(requirement.extras)))
    return found


def modules_of_others(shipped: Collection[str]) -> list[str]:
    """The top-level modules that are here only for the sake of the build."""
    return sorted(
        module
        for module, names in packages_distributions().items()
        if module.isidentifier() and not any(normalised(name) in shipped for name in names)
    )


def part_of(dist: Distribution, names: Collection[str]) -> bool:
    """Whether any file of the distribution is among these, named as they lie in the program, modules compiled."""
    return any(
        name in names or (name.endswith(".py") and f"{name}c" in names)
        for name in (file.as_posix() for file in dist.files or ())
        if ".dist-info/" not in name
    )


def compiled(module: str, source: str) -> str:
    """What a module would be named as a file of the program, where the program has them in an archive."""
    return f"{module.replace('.', '/')}{'/__init__' if source == '__init__.py' else ''}.pyc"


def metadata(dist: Distribution) -> Iterator[tuple[str, str]]:
    """The files of its dist-info folder, as (where it lies in the program, where it is now)."""
    for file in dist.files or ():
        if file.parts[0].endswith(".dist-info") and not belongs_to_an_installer(file.as_posix()):
            yield file.as_posix(), str(dist.locate_file(file))


def belongs_to_an_installer(name: str) -> bool:
    """Whether this is one of the files that are left out of a dist-info folder."""
    folder, _, file = name.rpartition("/")
    return folder.endswith(".dist-info") and file in LEFT_OUT


def normalised(name: str) -> str:
    """A distribution's name as the specification of names normalises it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
