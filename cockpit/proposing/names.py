"""One person as files write them: a full name, "surname, given name", an e-mail address, a login, an initial."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from enum import StrEnum
from functools import cache

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line

LONGEST = 120
"""Characters that a text may have which names somebody."""


class Form(StrEnum):
    """How a text names somebody."""

    FULL = "full"
    """Given name and surname, also out of an e-mail address."""
    INITIAL = "initial"
    """Surname with the first letter of the given name."""
    SINGLE = "single"
    """One name alone: a surname, a given name, or something else."""
    LOGIN = "login"
    """What somebody types to sign in; also the beginning of an address that shows no name."""
    LETTERS = "letters"
    """Two to four capitals."""
    SEVERAL = "several"
    """More than one person."""
    NOBODY = "nobody"
    """No name."""


@dataclass(frozen=True)
class Spelling:
    """A text that names somebody. Names are as they are written; `given` of an initial is its letter."""

    text: str
    form: Form
    given: str = ""
    surname: str = ""
    email: str = ""
    login: str = ""

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given} {self.surname}".strip() or self.login or self.text

    @property
    def key(self) -> frozenset[str]:
        """The parts of the name as they are compared: the same for every order and every way to write an umlaut."""
        return frozenset(parts(f"{self.given} {self.surname}"))


_MAIL = re.compile(r"<?([\w.+'-]{1,64}@[\w.-]{1,190}\.[A-Za-z]{2,24})>?")
_ANGLED = re.compile(r"([^<>]{2,100}) <([\w.-]{2,40})>")
_BEHIND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
_DOMAIN = re.compile(r"^(?:\[~|@|[A-Za-z][\w-]{0,20}\\)")
_TITLES = frozenset(
    {
        "dr", "prof", "professor", "dipl", "ing", "mag", "herr", "hr", "frau", "fr", "mr", "mrs", "ms", "m", "mme",
        "mlle",
        "monsieur", "madame", "sir", "msc", "mba", "phd", "med",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {"von", "van", "vom", "zu", "zur", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el",
     "al", "bin", "ibn", "ben", "ter", "ten", "op"}
)  # fmt: skip
_MORE = re.compile(r"[;/&+\n|]| und | and | et | u\. ", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’.][^\W\d_]+)*\.?")
_TWO = {ord(one): two for one, two in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), ("å", "aa"), ("æ", "ae"))}
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,30}|[a-zA-Z]{1,4}\d{3,10}")


@cache
def fold(text: str) -> str:
    """Return a text without case and accents, its umlauts as two letters."""
    spelled = text.casefold().translate(_TWO)
    plain = unicodedata.normalize("NFKD", spelled)
    return "".join(each for each in plain if not unicodedata.combining(each)).replace("ł", "l").replace("ı", "i")


def parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name for comparing, however its umlauts are written."""
    plain = fold(name)
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(two, one)
    return tuple(re.findall(r"[a-z]+", plain))


@cache
def read(text: str) -> Spelling:
    """Return how a text names somebody."""
    said = one_line(unicodedata.normalize("NFC", text), LONGEST + 1)
    if not said or len(said) > LONGEST:
        return Spelling(text, Form.NOBODY)
    if match := _MAIL.search(said):
        return _with_address(text, said, match)
    if match := _ANGLED.fullmatch(said):
        return replace(_of_name(text, match[1]), login=match[2].casefold())
    if _MORE.search(said) or said.count(",") > 1:
        return Spelling(text, Form.SEVERAL)
    return _of_name(text, said)


def _with_address(text: str, said: str, match: re.Match[str]) -> Spelling:
    """`Anna Berg <anna.berg@bank.example>`, or the address alone."""
    rest, email = said.replace(match[0], " ").strip(" <>,;()\"'"), match[1].casefold()
    if _MAIL.search(rest):
        return Spelling(text, Form.SEVERAL)
    local = email.partition("@")[0].partition("+")[0]
    named = _of_name(text, rest) if rest else None
    if named and named.form in (Form.FULL, Form.INITIAL):
        return Spelling(text, named.form, named.given, named.surname, email, named.login)
    pieces = [each for each in re.split(r"[._]", local) if each.isalpha()]
    if len(pieces) >= 2 and len(pieces[-1]) > 1:
        given, surname = " ".join(pieces[:-1]), pieces[-1]
        form = Form.FULL if len(pieces[0]) > 1 else Form.INITIAL
        return Spelling(text, form, _capital(given), _capital(surname), email)
    return Spelling(text, Form.LOGIN, email=email, login=local)


def _capital(name: str) -> str:
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in name.split())


def _of_name(text: str, said: str) -> Spelling:
    bare = said if said.startswith("[~") else _BEHIND.sub("", said)
    login = _DOMAIN.sub("", bare).rstrip("]")
    if login != bare or (_LOGIN.fullmatch(bare) and (not bare.isalpha() or bare.islower())):
        return _of_login(text, login.casefold())
    before, comma, behind = bare.partition(",")
    if comma:
        surname, given = _words(before), _words(behind)
        if surname and not given and behind.strip():  # a title behind the name: `Anna Berg, Dr.`
            return _plain(text, surname)
        return _named(text, given, surname) if surname and given else _none(text)
    words = _words(bare)
    return _plain(text, words) if words else _none(text)


def _of_login(text: str, login: str) -> Spelling:
    """A login, which may hold the whole name: `anna.berg`."""
    if not _LOGIN.fullmatch(login):
        return _none(text)
    given, dot, surname = login.partition(".")
    if dot and given.isalpha() and surname.isalpha() and len(given) > 1 and len(surname) > 1:
        return Spelling(text, Form.FULL, _capital(given), _capital(surname), login=login)
    return Spelling(text, Form.LOGIN, login=login)


def _none(text: str) -> Spelling:
    return Spelling(text, Form.NOBODY)


def _words(said: str) -> list[str]:
    """Return the words of a name without titles; none where a word is no name."""
    words = said.split()
    if not 0 < len(words) <= 6 or not all(_WORD.fullmatch(each) for each in words):
        return []
    return [each for each in words if each.casefold().rstrip(".") not in _TITLES or (len(each) == 1 and len(words) > 1)]


def _plain(text: str, words: list[str]) -> Spelling:
    """A name without a comma: the surname is what is written in capitals, else the last word with its particles."""
    if len(words) == 1:
        form = Form.LETTERS if words[0].isupper() and len(words[0].strip(".")) <= 4 else Form.SINGLE
        return Spelling(text, form, surname=words[0])
    if any(each.casefold() not in _PARTICLES and not each[0].isupper() for each in words):
        return _none(text)
    loud = [each for each in words if each.isupper() and len(each.strip(".")) > 1]
    if len(loud) < len(words) and any(len(each) > 2 for each in loud):
        return _named(text, [each for each in words if each not in loud], [_capital(each) for each in loud])
    if len(words[-1].strip(".")) == 1:
        return _named(text, words[-1:], words[:-1])
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _PARTICLES:
        at -= 1
    return _named(text, words[:at], words[at:])


def _named(text: str, given: list[str], surname: list[str]) -> Spelling:
    initial = all(len(each.strip(".")) <= 1 for each in given)
    return Spelling(text, Form.INITIAL if initial else Form.FULL, " ".join(given), " ".join(surname))


def looks_like_person(text: str) -> bool:
    """Return whether a text alone looks like somebody."""
    found = read(text)
    return found.form in (Form.FULL, Form.INITIAL) or bool(found.email)


@cache
def logins_of(given: str, surname: str) -> frozenset[str]:
    """Return the logins that companies make of a name, without dots and dashes: `tmueller`, `muellert`, `thmueller`.

    Umlauts are two letters or one.
    """
    found: set[str] = set()
    for spell in (fold, lambda name: "".join(parts(name))):
        firsts = re.findall(r"[a-z]+", spell(given))
        first, last = "".join(firsts), re.sub(r"[^a-z]", "", spell(surname))
        if not first or not last:
            continue
        found |= {first[0] + last, last + first[0], first + last, last + first, first[:2] + last, last + first[:2]}
        found |= {(first[0] + last)[:8], last[:4] + first[:4], last[:3] + first[:3], first[:3] + last[:3]}
        found |= {"".join(each[0] for each in firsts) + last, first[:3] + last}
    return frozenset(found)
