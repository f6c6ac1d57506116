"""`python -m jobs.sandbox FUNCTION…`: the zygote, with its control socket on standard input."""

import sys

from jobs.sandbox.zygote import main

main(sys.argv[1:])
