"""`python -m ingestd` is `ingestd`."""

import os
import sys

if handed := os.environ.pop("INGESTD_HANDED_SETTINGS", ""):
    from ingestd.cli.serve import resume

    sys.exit(resume(int(handed)))

from ingestd.cli import main

sys.exit(main())
