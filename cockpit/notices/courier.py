"""The courier: a process of its own that hands one message to Apprise, and is killed when it takes too long.

`python -P -m cockpit.notices.courier` reads a JSON object {url, id, subject, body, tone, check} from standard input
and ends with 0 when the address took the message (`check`: when it can be used at all). What went wrong is on standard
error. In a process of its own no library, however it hangs or fails, holds up those who watch.
"""

from __future__ import annotations

import email.utils
import json
import logging
import re
import sys
from typing import Any
from urllib.parse import quote

_WEBHOOKS = ("json", "jsons", "form", "forms", "xml", "xmls")
"""Schemes that take further fields by `:name=value` in the address."""
_HEADERS = ("mailto", "mailtos", *_WEBHOOKS)
"""Schemes that take further headers by `+name=value`."""


def main() -> int:
    """Deliver the message on standard input."""
    order: dict[str, Any] = json.load(sys.stdin)
    _keep_id(str(order["id"]))
    import apprise

    trouble = _listen(apprise.logger)
    asset = apprise.AppriseAsset(app_id="Cockpit", app_desc="Cockpit", async_mode=False)
    service = apprise.Apprise.instantiate(_with_id(str(order["url"]), str(order["id"])), asset=asset)
    if service is None:
        return _fail(trouble, "Apprise does not know this kind of address, or a part of it is missing.")
    if order.get("check"):
        return 0
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    tone = getattr(apprise.NotifyType, str(order["tone"]).upper())
    taken = sender.notify(
        title=str(order["subject"]), body=str(order["body"]), notify_type=tone, body_format=apprise.NotifyFormat.TEXT
    )
    return 0 if taken else _fail(trouble, "It was not taken, and no reason was given.")


def _keep_id(number: str) -> None:
    """Has every mail that this process makes carry the message's own id, so that a second one is known as such."""

    def made(idstring: str | None = None, domain: str | None = None) -> str:  # noqa: ARG001
        return f"<{number}.cockpit@{domain or 'localhost'}>"

    email.utils.make_msgid = made


def _with_id(url: str, number: str) -> str:
    """The address, asking for plain text, and with the message's id in a header or field where it takes one."""
    scheme = url.partition("://")[0].casefold()
    more = [] if "format=" in url else ["format=text"]
    more += [f"+X-Cockpit-Message={quote(number)}"] if scheme in _HEADERS else []
    more += [f":id={quote(number)}"] if scheme in _WEBHOOKS else []
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(more)}" if more else url


_ERRNO = re.compile(r"\[Errno -?\d+\] ([\w ,-]+)")


class _Kept(logging.Handler):
    """Remembers what the library complained about."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING or "Exception" in record.msg:
            self.lines.append(record.getMessage())


def _listen(logger: logging.Logger) -> _Kept:
    kept = _Kept()
    logger.setLevel(logging.DEBUG)
    logger.addHandler(kept)
    logger.propagate = False
    return kept


def _fail(trouble: _Kept, otherwise: str) -> int:
    print(_reason(trouble.lines[-3:]) or otherwise, file=sys.stderr)
    return 1


def _reason(lines: list[str]) -> str:
    """What the library complained about; of what the system refused the last words, which say it."""
    said = " ".join(" ".join(lines).split())
    errors = _ERRNO.findall(said)
    return f"{lines[0].rstrip('.')}: {errors[-1].strip()}" if errors else said


if __name__ == "__main__":
    sys.exit(main())
