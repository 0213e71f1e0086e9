"""Signing with the person's own SSH key, through OpenSSH: a key file, the agent (also forwarded), or a FIDO key.

Private keys are never read here: `ssh-keygen` and the agent are the only ones to touch them.
"""

from __future__ import annotations

import binascii
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

from cockpit.basics.classes import dataclass
from cockpit.basics.homes import expanded
from cockpit.basics.text import one_line
from cockpit.records.model import Person
from cockpit.trust import sshsig
from cockpit.trust.keys import KeyRefusedError, PublicKey, parse_public_key
from cockpit.trust.people import called, find_person
from cockpit.trust.sshsig import NAMESPACE, SignatureError

TIMEOUT = 60.0
"""Seconds that ssh-keygen and ssh-add get: a FIDO key waits for a touch, an agent for a confirmation."""
PROMPT_TIMEOUT = 300.0
"""Seconds when somebody at a terminal may be typing a passphrase."""
MAX_KEY_FILE = 64 * 1024
_JOIN = "To have one enrolled, write a request and give it to a steward: cockpit join FOLDER ID"


class SigningError(Exception):
    """Nothing was signed. The text is a sentence for people: what went wrong and what to do."""


class PassphraseError(SigningError):
    """The passphrase of a key file was not right: it may be asked for again."""


_HANDS_OFF: ContextVar[bool] = ContextVar("hands_off", default=False)


@contextmanager
def hands_off() -> Iterator[None]:
    """Ask nothing at the terminal meanwhile: an app draws on it."""
    token = _HANDS_OFF.set(True)
    try:
        yield
    finally:
        _HANDS_OFF.reset(token)


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """Who signs and with which key. `key` is None when the agent holds it."""

    person: Person
    public_line: str
    key: Path | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint that the statement names as its key."""
        return parse_public_key(self.public_line).fingerprint


def agent_keys(patience: float | None = None) -> tuple[str, ...]:
    """The public key lines that the ssh-agent holds, in its order. Raises SigningError when no agent answers within
    `patience` seconds (TIMEOUT if None)."""
    code, out, err = _run(["ssh-add", "-L"], interactive=False, patience=patience)
    if code == 0:
        return tuple(line for line in out.splitlines() if line.strip())
    if code == 1 and "no identities" in out + err:
        return ()
    if os.environ.get("SSH_CONNECTION"):
        raise SigningError(
            "Your ssh-agent is not here, so there is no key to sign with: connect again with ssh -A to bring it along, "
            "or name a key file (in the shell: --key)."
        )
    raise SigningError(
        "No ssh-agent answers, so there is no key to sign with. Start one and add your key (ssh-add), "
        "or name a key file (in the shell: --key)."
    )


def public_line(key: Path) -> str:
    """The public key line of a key file: the file itself if it is one, else FILE.pub, else what stands in clear in it,
    else what ssh-keygen reads.

    Raises SigningError when there is no such file, or none that OpenSSH can use.
    """
    path = expanded(key)
    own = _read(path)
    if _is_public(own):
        return _checked(own, path)
    beside = path.with_name(path.name + ".pub")
    if beside.is_file():
        return _checked(_read(beside), beside)
    if clear := _in_clear(own):
        return _checked(clear, path)
    code, out, err = _run(["ssh-keygen", "-y", "-f", str(path.absolute())], interactive=_has_terminal())
    if code != 0:
        raise _refusal(path, err, interactive=_has_terminal())
    return _checked(out, path)


def choose_key(
    key: Path | None,
    people: Mapping[str, Person] | Collection[Person],
    signer: str = "",
    *,
    keys: Mapping[str, Sequence[str]] = MappingProxyType({}),
    by_stewards: bool = False,
) -> KeyChoice:
    """The enrolled person to whom the key file belongs, or one of the agent's keys when `key` is None.

    `keys` are the lines of all keys of those who have several. `signer` narrows it to one person (id, name, email or
    alias). `by_stewards` says that stewards enrol keys here, not the people table. Raises SigningError when no key
    fits, or the keys of more than one person do.
    """
    records = tuple(people.values() if isinstance(people, Mapping) else people)
    wanted = records if not signer else (_person(records, signer),)
    lines = agent_keys() if key is None else (public_line(key),)
    matches = [(person, line) for line in lines for person in wanted if _same_key(person, keys, line)]
    if not matches:
        raise SigningError(_why_no_match(key, lines, wanted if signer else (), by_stewards))
    if len({person.id for person, _ in matches}) > 1:
        names = " and ".join(sorted({called(person) for person, _ in matches}))
        if key is not None:
            raise SigningError(f"The key {key} is enrolled for {names}. A key is one person's: mend the people table.")
        raise SigningError(
            f"The agent holds keys of {names}. Say whose signature this is: name a key file (in the shell: --key)."
        )
    person, line = matches[0]
    return KeyChoice(person, line, key)


def sign(
    payload: bytes,
    key: Path | None,
    public_line: str,
    *,
    interactive: bool | None = None,
    namespace: str = NAMESPACE,
    agent: str = "",
) -> str:
    """The armored SSH signature over these bytes, by the key of `public_line`; statements' namespace is the default.

    With a key file ssh-keygen signs (asking for a passphrase at the terminal), without one the agent does.
    `interactive` says whether ssh-keygen may use the terminal: None means if there is one; an app that owns the screen
    passes False. `agent` is the socket of an agent of ours that holds the key file's key (`unlocked`). Raises
    SigningError, PassphraseError among them; what it returns has been verified.
    """
    may_ask = _has_terminal() if interactive is None else interactive
    key = None if agent else key
    with tempfile.TemporaryDirectory(prefix="cockpit-sign-") as folder:
        message = Path(folder) / "statement"
        message.write_bytes(payload)
        by = expanded(key).absolute() if key is not None else Path(folder) / "key.pub"
        if key is None:
            by.write_text(public_line + "\n", encoding="utf-8")
        arguments = ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", str(by), str(message)]
        code, _, err = _run(arguments, interactive=may_ask, agent=agent)
        made = message.with_name("statement.sig")
        if code != 0 or not made.is_file():
            raise _refusal(key, err, interactive=may_ask)
        signature = made.read_text(encoding="ascii")
    _verify_own(signature, payload, namespace, public_line, key)
    return signature


def _verify_own(signature: str, payload: bytes, namespace: str, line: str, key: Path | None) -> None:
    try:
        used = sshsig.verify(signature, payload, namespace)
    except SignatureError as error:
        raise SigningError(f"What ssh-keygen made can't be used: the signature {error.reason}.") from None
    if used != _parsed(line):
        raise SigningError(
            f"{key or 'The agent'} signed with the key {used.fingerprint}, not with {_parsed(line).fingerprint}."
        )


def _run(
    arguments: Sequence[str], *, interactive: bool, patience: float | None = None, agent: str = ""
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of an OpenSSH command, in English whatever the locale."""
    # Files, not pipes: a helper that outlives the command (askpass, the FIDO helper) would keep a pipe open.
    with ExitStack() as stack:
        out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
        stdin = stack.enter_context(Path("/dev/tty").open("rb")) if interactive else subprocess.DEVNULL
        try:
            code = subprocess.run(
                arguments,
                stdin=stdin,
                stdout=out,
                stderr=err,
                env={**os.environ, "LC_ALL": "C"} | ({"SSH_AUTH_SOCK": agent} if agent else {}),
                timeout=PROMPT_TIMEOUT if interactive else TIMEOUT if patience is None else patience,
                start_new_session=not interactive,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise SigningError(
                f"{arguments[0]} is not installed. Cockpit signs with OpenSSH: install it (Debian: openssh-client)."
            ) from None
        except subprocess.TimeoutExpired as error:
            raise SigningError(
                f"{arguments[0]} gave no answer within {error.timeout:.0f} seconds. "
                "A FIDO key waits for a touch, an agent perhaps for a confirmation: try again."
            ) from None
        for stream in (out, err):
            stream.seek(0)
        return code, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")


def _refusal(key: Path | None, err: str, *, interactive: bool) -> SigningError:
    wrong = key is not None and interactive and "passphrase" in err and "UNPROTECTED" not in err
    return (PassphraseError if wrong else SigningError)(_explain(key, err, interactive=interactive))


def _explain(key: Path | None, err: str, *, interactive: bool) -> str:
    if key is None:
        return (
            f"The agent did not sign{_last_line(err)} Does it hold the key (ssh-add -l)? Did you confirm or touch it?"
        )
    if "UNPROTECTED PRIVATE KEY" in err:
        return f"OpenSSH refuses the key {key}, because others can read it. Make it yours alone: chmod 600 {key}"
    if "passphrase" in err and interactive:
        return f"The passphrase of {key} was not right, so nothing was signed."
    if "passphrase" in err:
        return (
            f"The key {key} has a passphrase, and there is no terminal here to ask for it. "
            f"Add it to your agent (ssh-add {key}), or sign in a terminal."
        )
    if "doesn't match private" in err:
        return (
            f"The file {key}.pub is not the public key of {key}: make it again with ssh-keygen -y -f {key} > {key}.pub"
        )
    if "No private key found" in err:
        return f"The private key of {key} is neither beside it nor in the agent. Add it with ssh-add, or name it."
    return f"OpenSSH can't use the key {key}{_last_line(err)} Is it a private key file (made by ssh-keygen)?"


def _last_line(err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip()]
    return f": {one_line(lines[-1]).rstrip('.')}." if lines else "."


def _why_no_match(key: Path | None, lines: Sequence[str], wanted: Sequence[Person], by_stewards: bool) -> str:
    whose = f"{called(wanted[0])}" if wanted else "anybody"
    if wanted and not wanted[0].key.strip():
        how = f"{_JOIN}." if by_stewards else "Put the public key line into the column “key” of the people table."
        return f"No key is enrolled for {whose}. {how}"
    if key is not None:
        line = f"To enrol it, put this line into the column “key” of the people table: {lines[0]}"
        how = f"{_JOIN} --key {key}" if by_stewards else line
        return f"The key {key} ({_parsed(lines[0]).fingerprint}) is not enrolled for {whose}. {how}"
    if not lines:
        return "The ssh-agent holds no keys. Add yours with ssh-add, or name a key file (in the shell: --key)."
    count = "The one key" if len(lines) == 1 else f"None of the {len(lines)} keys"
    tail = f"is not enrolled for {whose}" if len(lines) == 1 else f"is enrolled for {whose}"
    return f"{count} in the ssh-agent {tail}. Add the right one with ssh-add, or name a key file (in the shell: --key)."


def _person(records: Sequence[Person], signer: str) -> Person:
    person = find_person(records, signer)
    if person is None:
        raise SigningError(
            f"“{one_line(signer)}” is nobody in the people table, or more than one: give the person's id."
        )
    return person


def _same_key(person: Person, keys: Mapping[str, Sequence[str]], line: str) -> bool:
    own = keys.get(person.id) or ((person.key,) if person.key.strip() else ())
    try:
        return any(parse_public_key(each) == parse_public_key(line) for each in own)
    except KeyRefusedError:
        return False


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_KEY_FILE).decode("utf-8", "replace")
    except FileNotFoundError:
        raise SigningError(f"There is no key file {path}.") from None
    except OSError as error:
        raise SigningError(f"The key file {path} can't be read: {error.strerror}.") from None


def _is_public(text: str) -> bool:
    return text.startswith(("ssh-", "ecdsa-", "sk-"))


def _checked(text: str, path: Path) -> str:
    line = text.strip()
    try:
        parse_public_key(line)
    except KeyRefusedError as error:
        raise SigningError(f"The key in {path} {error}.") from None
    return line


def _parsed(line: str) -> PublicKey:
    try:
        return parse_public_key(line)
    except KeyRefusedError as error:
        raise SigningError(f"The key {error}.") from None


def _in_clear(text: str) -> str:
    """The public key line that OpenSSH's own format holds in clear before the encrypted part; empty for another one."""
    head, _, rest = text.partition("-----BEGIN OPENSSH PRIVATE KEY-----")
    try:
        blob = binascii.a2b_base64(rest.partition("-----END")[0]) if rest and not head.strip() else b""
    except binascii.Error:
        return ""
    magic = b"openssh-key-v1\0"
    fields, at = [], len(magic)
    for place in range(5):  # cipher, key derivation, its options, how many keys, the public one
        size = 0 if place == 3 else int.from_bytes(blob[at : at + 4], "big")
        fields.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    public = fields[-1]
    kind = public[4 : 4 + int.from_bytes(public[:4], "big")]
    if not blob.startswith(magic) or not public or not kind.isascii():
        return ""
    return f"{kind.decode('ascii')} {binascii.b2a_base64(public, newline=False).decode('ascii')}"


def _has_terminal() -> bool:
    if _HANDS_OFF.get():
        return False
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False
