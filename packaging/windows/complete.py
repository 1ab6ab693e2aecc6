"""Puts beside a frozen program for Windows what goes with it: licences, SBOM, an example of IT's policy.

Usage: python packaging/windows/complete.py PROGRAM-FOLDER

In the environment that froze it: its metadata are read.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging/frozen"))

import notices
import sbom


def main(program: Path) -> int:
    """Write them; returns the exit status."""
    notices.main(program, program / "LICENCES.txt")
    shutil.copy(ROOT / "packaging/policy.example.toml", program / "policy.example.toml")
    return sbom.main(program, program / "sbom.cdx.json")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
