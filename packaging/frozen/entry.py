"""What the frozen program begins with: the console script's own function."""

import sys

from procedure_viewer.__main__ import main

sys.exit(main())
