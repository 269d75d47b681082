"""What every test stands on: test mode, a private var folder, no network, builders for the cast."""

import os
import tempfile

os.environ.setdefault("LINGJU_MODE", "test")
os.environ.setdefault("LINGJU_VAR", tempfile.mkdtemp(prefix="lingju-test-"))
