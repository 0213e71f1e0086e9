"""RFC 8785: the examples of the RFC and of its author's test data, numbers by the ten thousand, and every other way to
write the same.

The examples are those of RFC 8785 (3.2.2, 3.2.3, appendix B) and of testdata/ in
github.com/cyberphone/json-canonicalization.
"""

from __future__ import annotations

import json
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from cockpit.trust.canonical import StatementError, canonical, parse

EXAMPLES = {  # name: what is written, its canonical form
    "RFC 3.2.2": (
        """{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }""",
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    "RFC 3.2.3": (
        """{
          "\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
          "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
          "\\u00f6": "Latin Small Letter O With Diaeresis"
        }""",
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",'
        '"\u20ac":"Euro Sign","\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ),
    "arrays": (
        '{"all": [\n  56,\n  {\n    "d": true,\n    "10": null,\n    "1": [ ]\n  }\n]}',
        '{"all":[56,{"1":[],"10":null,"d":true}]}',
    ),
    "french": (
        '{ "peach": "This sorting order", "péché": "is wrong according to French",\n'
        '  "pêche": "but canonicalization MUST", "sin":   "ignore locale" }',
        '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST",'
        '"sin":"ignore locale"}',
    ),
    "structures": (
        '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ { } ], "A": { }}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    ),
    "unicode": ('{"Unnormalized Unicode":"\\u1e0d\\u0307"}', '{"Unnormalized Unicode":"\u1e0d\u0307"}'),
    "weird": (
        """{
          "\\u20ac": "Euro Sign", "1": "One", "\\u0080": "Control\\u007f", "\\ud83d\\ude02": "Smiley",
          "\\u00f6": "Latin Small Letter O With Diaeresis", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
          "</script>": "Browser Challenge"
        }""",
        '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f",'
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\U0001f602":"Smiley",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ),
}
APPENDIX_B = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


def refused(payload: bytes) -> str:
    with pytest.raises(StatementError) as caught:
        parse(payload)
    return str(caught.value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_becomes_its_canonical_form_which_alone_is_read(name: str) -> None:
    written, form = EXAMPLES[name]
    assert canonical(json.loads(written)) == form.encode()
    assert parse(form.encode()) == json.loads(written)
    assert "not in canonical form" in refused(written.encode())


def test_the_numbers_of_appendix_b() -> None:
    for bits, expected in APPENDIX_B.items():
        number = of_bits(int(bits, 16))
        assert canonical({"v": number}) == b'{"v":%s}' % expected.encode()
        assert float(parse(b'{"v":%s}' % expected.encode())["v"]) == number
    for bits in (0x7FFFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF0000000000001):
        with pytest.raises(StatementError):
            canonical({"v": of_bits(bits)})


def of_bits(bits: int) -> float:
    return float(struct.unpack(">d", bits.to_bytes(8, "big"))[0])


def bits_of(number: float) -> bytes:
    return struct.pack(">d", number)


def numbers() -> list[float]:
    """Twelve thousand doubles: any bits, and the neighbours of what is special."""
    dice = random.Random(8785)
    special = [0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2.0**53, 1e21, 1e-6, 1e-7, 0.1, 1 / 3]
    special += [10.0**power for power in range(-323, 309)] + [2.0**power for power in range(-1074, 1024, 7)]
    special += [float(10**digits - 1) for digits in range(1, 23)] + [float(n) for n in range(256)]
    found = [0.0]
    for number in special:
        near = int.from_bytes(bits_of(number), "big")
        found += [of_bits(bits) for bits in range(max(near - 2, 0), near + 3)]
    found += [of_bits(dice.getrandbits(64)) for _ in range(5000)]
    found += [round(dice.uniform(-1e6, 1e6), dice.randrange(6)) for _ in range(1500)]
    found += [float(dice.getrandbits(dice.randrange(1, 80))) for _ in range(1500)]
    return [number for number in found if number - number == 0]


def as_ecmascript(number: float) -> str:
    """Number::toString of ECMA-262, of the shortest digits that read back as the same double."""
    if number == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(abs(number))).normalize().as_tuple()
    assert sign == 0 and isinstance(exponent, int)
    text, k = "".join(map(str, digits)), len(digits)
    n = k + exponent
    if k <= n <= 21:
        text += "0" * (n - k)
    elif 0 < n <= 21:
        text = f"{text[:n]}.{text[n:]}"
    elif -6 < n <= 0:
        text = f"0.{'0' * -n}{text}"
    else:
        text = f"{text[0]}{'.' if k > 1 else ''}{text[1:]}e{n - 1:+d}"
    return f"-{text}" if number < 0 else text


def of_node(given: list[float]) -> list[str]:
    """The same by V8, whose digits are found in another way."""
    code = (
        "const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n');"
        "const view = new DataView(new ArrayBuffer(8));"
        "for (const line of lines) {"
        "view.setBigUint64(0, BigInt('0x' + line)); console.log(JSON.stringify(view.getFloat64(0))) }"
    )
    lines = "\n".join(bits_of(number).hex() for number in given)
    done = subprocess.run(["node", "-e", code], input=lines, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_twelve_thousand_numbers_are_written_as_ecmascript_writes_them() -> None:
    found = numbers()
    assert len(found) > 12_000
    expected = [as_ecmascript(number) for number in found]
    for number, text in zip(found, expected, strict=True):
        payload = b'{"v":%s}' % text.encode()
        assert canonical({"v": number}) == payload
        assert bits_of(float(parse(payload)["v"])) == bits_of(number + 0.0)
    if shutil.which("node"):  # a second opinion where it can be had; the first is ECMA-262's own words
        assert of_node(found) == expected


@pytest.mark.parametrize("number", [9007199254740991, 1000000000000000, 999999999999999, 1, 0])
def test_a_whole_number_reads_back_as_one_with_either_sign(number: int) -> None:
    for value in (number, -number):
        back = parse(canonical({"v": value}))["v"]
        assert type(back) is int and back == value


def other_numbers(text: str) -> Iterator[str]:
    """The same number, or nearly, written otherwise."""
    yield from (
        f"+{text}",
        f"0{text}",
        f"{text}.0",
        f"{text}e0",
        f"{text}E0",
        f"{text}e+0",
        f"{text}e-0",
        f" {text}",
        f"{text} ",
    )
    yield from (f"{text}0" if "." in text and "e" not in text else f"{text}.00", text.replace("e", "E") + "\t")
    if text.startswith("0."):
        yield text[1:]
    if "e+" in text:
        yield text.replace("e+", "e")
        yield text.replace("e+", "e+0")


def test_a_number_is_read_in_one_spelling_only() -> None:
    dice = random.Random(3)
    for number in dice.sample(numbers(), 500):
        text = as_ecmascript(number)
        for other in other_numbers(text):
            assert refused(b'{"v":%s}' % other.encode()), other
    for text in (
        "-0",
        "-0.0",
        "00",
        "01",
        "1.",
        ".5",
        "0x10",
        "1_000",
        "1e400",
        "-1e400",
        "٣",
        "１",
        "1,5",
        "--1",
        "NaN",
    ):
        assert refused(f'{{"v":{text}}}'.encode())


def test_a_text_is_read_in_one_spelling_only() -> None:
    short = {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
    for point in [*range(0x180), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF]:
        escaped = short.get(point, f"\\u{point:04x}" if point < 0x20 else chr(point))
        payload = f'{{"v":"{escaped}"}}'.encode()
        assert canonical({"v": chr(point)}) == payload and parse(payload) == {"v": chr(point)}
        units = chr(point).encode("utf-16-be").hex()
        for text in (units, units.upper()):
            other = "".join(f"\\u{text[at : at + 4]}" for at in range(0, len(text), 4))
            if other != escaped:
                assert "not in canonical form" in refused(f'{{"v":"{other}"}}'.encode())
    for text in (
        "\\/",
        "\\x41",
        "\\'",
        "\\0",
        "\x00",
        "\n",
        "\x1f",
        "\\ud800",
        "\\udc00",
        "\\ud83d\\u0041",
        "\\u41",
        "\\",
    ):
        assert refused(f'{{"v":"{text}"}}'.encode())
    for raw in (b"\xff", b"\xc0\x80", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98", b"\x80"):
        assert refused(b'{"v":"%s"}' % raw), "no overlong form, no surrogate, nothing beyond Unicode"


def respelled(value: Any, dice: random.Random) -> str:
    """A value in JSON with other spacing, another order of keys or other escapes."""
    if isinstance(value, dict):
        pairs = [f"{respelled(k, dice)}{gap(dice)}:{gap(dice)}{respelled(v, dice)}" for k, v in value.items()]
        dice.shuffle(pairs)
        return f"{{{gap(dice)}{(gap(dice) + ',' + gap(dice)).join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(gap(dice) + respelled(v, dice) for v in value)}{gap(dice)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=dice.random() < 0.3)
    return json.dumps(value)


def gap(dice: random.Random) -> str:
    return dice.choice(["", "", "", "", "", "", "", "", " ", "\n", "\t"])


@pytest.mark.parametrize(
    ("note", "amount"), [("naïve “quotes”\nand lines", 93.4), ('plain "quotes"\nand\ttabs\x7f', 93)]
)
def test_of_two_thousand_spellings_of_one_statement_the_canonical_one_alone_is_read(note: str, amount: float) -> None:
    dice = random.Random(7)
    value = {
        "v": 1, "portfolio": "core", "type": "proof", "parents": ["ab" * 32, "cd" * 32], "signer": "vera",
        "body": {"note": note, "value": amount, "of": "ef" * 32, "meaning": "attested", "Z": True, "": None},
    }  # fmt: skip
    form, accepted = canonical(value), 0
    for _ in range(2000):
        text = respelled(value, dice).encode()
        assert json.loads(text) == value
        if text == form:
            accepted += 1
            assert parse(text) == value
        else:
            assert "not in canonical form" in refused(text)
    assert accepted < 20


@pytest.mark.parametrize("shape", [(b"[", b"", b"]"), (b'{"a":', b"1", b"}"), (b'[{"a":', b"1", b"}]")])
def test_any_depth_is_refused_in_words(shape: tuple[bytes, bytes, bytes]) -> None:
    """A parser takes a thousand levels, which a function that calls itself for each does not."""
    opening, middle, closing = shape
    levels = len(closing)
    for times in (*range(1, 1100), 2000, 5000, 8000):
        payload = b'{"a":%s}' % (opening * times + middle + closing * times)
        if 1 + times * levels <= 8:
            assert canonical(parse(payload)) == payload
        else:
            assert "nested deeper than 8 levels" in refused(payload)


def test_a_key_that_stands_twice_among_thousands_is_named() -> None:
    names = [f'"{number:x}":0' for number in range(6000)]
    assert "names the key '176f' twice" in refused(f"{{{','.join([*names, names[-1]])}}}".encode())
    assert "names the key '0' twice" in refused(f"{{{','.join([*names, names[0]])}}}".encode())
