"""Settings of the whole suite."""

import os

# Set before tfgrad is imported: no test finds a program that another run of the suite has left, and
# none writes outside its own directory.  Tests of the cache set a directory of their own.
os.environ["TFGRAD_CACHE"] = "0"
