"""What an installer has to hold, tried on a Windows that knows nothing of the program yet, by an administrator.

Usage, there: python packaging/windows/trial FOLDER VERSION
In FOLDER lie the installer and one of an older version, `older.exe`; pictures are left in it.

Under Wine and on Windows itself, in the environment that made the program.
"""

import sys
from pathlib import Path

import checks
import installed
import keys
import setups
import traces
import wine


def main(folder: Path, version: str) -> int:
    """Try everything; returns the exit status, 0 where all held."""
    newer = setups.Setup(folder / f"procedure-viewer-{version}-windows-x64.exe", version)
    older = setups.Setup(folder / "older.exe", "0.0.1")
    pictures = folder / "pictures"
    before = traces.taken()

    checks.about("For one person")
    setups.installs(newer, setups.FOR_ONE)
    installed.answers(setups.FOR_ONE.folder, version)
    installed.does_the_tour(setups.FOR_ONE.folder, pictures / "tour")
    installed.paints_soon(setups.FOR_ONE.folder, pictures)
    installed.opens_what_credential_manager_keeps(setups.FOR_ONE.folder, pictures)
    keys.keep_long_secrets_in_short_entries()
    setups.refuses_while_it_runs(newer, setups.FOR_ONE)
    setups.leaves_what_is_not_its_own(setups.FOR_ONE)
    setups.upgrades(older, newer, setups.FOR_ONE)
    setups.removes(setups.FOR_ONE)
    traces.compare(before, traces.taken(), "what a person has set, and their sign-in, stay", traces.OF_A_PERSON)
    installed.forget_what_a_person_set()

    checks.about("For everybody")
    setups.upgrades(older, newer, setups.FOR_ALL)
    installed.answers(setups.FOR_ALL.folder, version)
    setups.removes(setups.FOR_ALL)

    checks.about("Where it can't be")
    setups.tidies_up_what_failed(newer, setups.FOR_ONE)
    if wine.IS_HERE:
        setups.refuses_without_room(newer)
        setups.refuses_an_old_windows(newer)

    traces.compare(before, traces.taken(), "nothing is left")
    return checks.conclusion()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), sys.argv[2]))
