"""What only a real browser can tell: Chromium of the system, run by .ci/run."""
