"""Python's garbage collector, for a process that answers large requests."""

import gc

_YOUNG = 20_000
_OLDER = (20, 50)


def calm_collector() -> None:
    """Let the collector look at what is made for requests less often, and never again at what
    is there now. To be called once, when the process is about to serve.

    An answer is thousands of small objects in a tree, all of which are freed by counting when it
    has been sent; looking for circles among them after every 700 costs a quarter of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *_OLDER)
