"""What macOS is told of the program, and as whom it is signed. Untested: see README.md beside this."""

import os
from pathlib import Path

IDENTIFIER = "org.example.procedure-viewer"
"""Under example.org, which is nobody's (RFC 2606): the project has no domain of its own."""
ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")
OLDEST = "13.0"
"""What Qt and PySide6's wheels ask for."""


def information(version: str) -> dict[str, object]:
    """The bundle's Info.plist, as far as PyInstaller doesn't know it itself."""
    return {
        "CFBundleDisplayName": "Procedure Viewer",
        "CFBundleName": "Procedure Viewer",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.medical",
        "LSMinimumSystemVersion": OLDEST,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Procedure Viewer developers. Apache-2.0; Qt under the LGPL-3.",
        # A hospital's server is on the local network, and macOS asks before it lets a program there.
        "NSLocalNetworkUsageDescription": "Procedure Viewer reads from your hospital's server.",
        "NSRequiresAquaSystemAppearance": False,  # dark where the system is
    }


def signing_identity() -> str | None:
    """The certificate's name in the keychain (`Developer ID Application: ...`); None signs for this machine only."""
    return os.environ.get("CODESIGN_IDENTITY") or None
