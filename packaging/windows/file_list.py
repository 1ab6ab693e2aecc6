"""What the uninstaller takes away: every file that is installed, by its name, and the folders, if they are empty then.

Usage: python packaging/windows/file_list.py TREE FILE.nsh

Removing the whole folder instead would take along whatever somebody else has put there, and where a person chose
another folder to install into, all that was in it.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PureWindowsPath


def commands(files: Iterable[Path]) -> Iterator[str]:
    """NSIS commands for files, relative to the installed folder: first the files, then the folders, innermost first."""
    paths = sorted(PureWindowsPath(file) for file in files)
    folders = {folder for path in paths for folder in path.parents if folder.name}
    yield from (f'Delete "$INSTDIR\\{_quoted(path)}"' for path in paths)
    for folder in sorted(folders, key=lambda folder: (-len(folder.parts), folder)):
        yield f'RMDir "$INSTDIR\\{_quoted(folder)}"'


def kilobytes(tree: Path) -> int:
    """What the files hold, as the list of installed programs shows it."""
    return sum(file.stat().st_size for file in tree.rglob("*") if file.is_file()) // 1024 + 1


def _quoted(path: PureWindowsPath) -> str:
    """The path within a string of NSIS, where a dollar sign begins a variable."""
    if '"' in str(path) or "`" in str(path):
        raise ValueError(f"no name for Windows: {path}")
    return str(path).replace("$", "$$")


def main(tree: Path, target: Path) -> None:
    """Write the commands as a macro, and how much room the files need."""
    files = [file.relative_to(tree) for file in tree.rglob("*") if file.is_file()]
    lines = [
        f"!define INSTALLED_KILOBYTES {kilobytes(tree)}",
        "!macro REMOVE_INSTALLED_FILES",
        *(f"  {command}" for command in commands(files)),
        "!macroend",
    ]
    target.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
