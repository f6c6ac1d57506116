"""How long an e-mail address has to wait after failed sign-ins."""

from datetime import datetime, timedelta

FREE_ATTEMPTS = 5
_LONGEST_WAIT = timedelta(minutes=15)


def waiting_time(failures: int, last_at: datetime, now: datetime) -> timedelta:
    """What is left to wait: nothing for the first five, then 2, 4, 8 … seconds up to 15 minutes.

    The owner of an account is thus slowed down by a stranger's guesses, never shut out.
    """
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    wait = min(_LONGEST_WAIT, timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS + 1, 20)))
    return max(timedelta(0), last_at + wait - now)
