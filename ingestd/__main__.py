"""`python -m ingestd` is `ingestd`."""

import os
import sys

if handed := os.environ.pop("INGESTD_HANDED_SETTINGS", ""):
    # structlog would draw the logs of a terminal with rich, if it finds it: a tenth of a door's memory.
    sys.modules["rich"] = None  # type: ignore[assignment]
    from ingestd.cli.serve import resume

    sys.exit(resume(int(handed)))

from ingestd.cli import main

sys.exit(main())
