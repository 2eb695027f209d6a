"""Times as statements have them: RFC 3339, UTC, whole seconds, so that their order as text is their order in time."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Return the time of this machine."""
    return in_utc(datetime.now(UTC))


def in_utc(time: datetime) -> str:
    """Return an aware time as text."""
    return time.astimezone(UTC).strftime(_FORMAT)


def parse_utc(text: str) -> datetime:
    """Return the aware time of a text that `in_utc` made; raises `ValueError`."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
