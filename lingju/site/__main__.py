"""Let `python -m lingju.site VERB` do what `lingju VERB` does."""

import sys

from lingju.site.cli import main

sys.exit(main())
