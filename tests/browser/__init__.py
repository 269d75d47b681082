"""The pages as people meet them: in headless Chromium, on a server that `lingju start` would start."""
