"""A signature is found in whatever text it comes back in, and nothing else of that text matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from trust_keys import Key

from cockpit.trust.armor import MOST, signatures
from cockpit.trust.sshsig import BEGIN, END, MAX_ARMOR, verify

VERA, PAYLOAD = Key("vera"), b'{"v":1}'
ARMORED = VERA.sign(PAYLOAD)
NO_MARK = st.text().filter(lambda text: BEGIN not in text and END not in text)


def test_a_file_of_ssh_keygens_is_left_as_it_is() -> None:
    assert signatures(ARMORED) == (ARMORED,)


@given(NO_MARK, NO_MARK, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "> ", ">> ", " ", "\t", "| > "]))
def test_mails_may_write_around_it_quote_it_and_change_its_line_ends(
    before: str, after: str, ending: str, mark: str
) -> None:
    lines = "".join(f"{mark}{line}{ending}" for line in ARMORED.splitlines())
    assert signatures(f"{before}{ending}{lines}{after}") == (ARMORED,)


@given(st.integers(1, 200))
def test_lines_of_another_length_are_the_same_signature(width: int) -> None:
    packed = "".join(ARMORED.splitlines()[1:-1])
    lines = "\n".join(packed[at : at + width] for at in range(0, len(packed), width))
    (found,) = signatures(f"{BEGIN}\n{lines}\n{END}")
    assert found == ARMORED and verify(found, PAYLOAD) == VERA.public


def test_an_equals_sign_that_a_mail_wrote_as_its_number_is_one_again() -> None:
    ends = next(text for n in range(99) if (text := VERA.sign(PAYLOAD, "n" * (n + 1))).split(END)[0].endswith("=\n"))
    assert signatures(ends.replace("=\n-", "=3D\n-").replace("==3D", "=3D=3D")) == (ends,)


def test_each_of_several_is_found_once() -> None:
    other = Key("ivo").sign(PAYLOAD)
    assert signatures(f"{ARMORED}\nOn Monday Ivo wrote:\n{other}{ARMORED}") == (ARMORED, other)


def test_marks_without_an_end_or_too_far_from_it_are_none_and_a_flood_of_them_ends_soon() -> None:
    assert signatures(BEGIN) == signatures("") == signatures(END + BEGIN) == ()
    assert signatures(BEGIN + "A" * (2 * MAX_ARMOR) + END) == ()
    assert signatures(BEGIN * 30_000 + END) == ()
    assert len(signatures("".join(f"{BEGIN}{n}{END}" for n in range(10 * MOST)))) == MOST
