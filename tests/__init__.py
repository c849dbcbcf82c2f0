"""Tests, benchmarks and faults of the product."""

import os
import sys

# Many containers forbid Python to keep what it compiles: then each process that a test starts compiles our
# 500 modules anew, half of its first two seconds. A product that is installed has them compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
