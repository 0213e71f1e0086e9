"""Channels: what the charter may say, what the environment adds, and that no secret gets out."""

from __future__ import annotations

import pytest
from notices_help import PEOPLE

from cockpit.charter.notify import NotifySettings, PersonSettings
from cockpit.notices.channels import Address, ChannelError, address, channels_of, is_email, kind, mark, masked
from cockpit.records.model import Person

VERA = PEOPLE["vera"]
MAIL = "mailtos://bot:${COCKPIT_SMTP}@smtp.bank.example?to={email}"


def test_a_secret_comes_from_the_environment_and_breaks_out_of_no_address() -> None:
    found = address(MAIL, VERA, {"COCKPIT_SMTP": "p@ss/wo?rd&to=evil"})
    assert found.url == "mailtos://bot:p%40ss%2Fwo%3Frd%26to%3Devil@smtp.bank.example?to=vera%40bank.example"


def test_a_variable_may_hold_a_whole_address() -> None:
    assert address("${COCKPIT_CHAT}", VERA, {"COCKPIT_CHAT": "slack://a/b/c"}).url == "slack://a/b/c"


def test_a_missing_variable_is_named_and_nothing_else_is() -> None:
    with pytest.raises(ChannelError, match=r"^the variable COCKPIT_SMTP is not set where Cockpit sends messages$"):
        address(MAIL, VERA, {"HOME": "/root"})


def test_a_command_is_what_the_environment_says_word_by_word_without_a_shell() -> None:
    found = address("run:${COCKPIT_PAGER}", VERA, {"COCKPIT_PAGER": "/opt/page --to 'the lead' ; rm -rf /"})
    assert found.command == ("/opt/page", "--to", "the lead", ";", "rm", "-rf", "/")
    with pytest.raises(ChannelError, match="the command in COCKPIT_PAGER can't be read"):
        address("run:${COCKPIT_PAGER}", VERA, {"COCKPIT_PAGER": "page 'half"})


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("run:/bin/sh", "a command stands in the environment"),
        ("run:${COCKPIT_A} ${COCKPIT_B}", "a command stands in the environment"),
        ("json://x/${HOME}", "names begin with COCKPIT_; found “HOME”"),
        ("json://x/${AWS_SECRET}", "names begin with COCKPIT_"),
        ("json://x/${}", "names begin with COCKPIT_"),
        ("vera@bank.example", "expected an address"),
        ("json://" + "x" * 3000, "expected an address"),
    ],
)
def test_what_the_charter_may_not_say_is_refused(channel: str, says: str) -> None:
    for given in ({"channels": [channel]}, {"people": {"vera": {"channels": [channel]}}}):
        with pytest.raises(ValueError, match=says):
            NotifySettings.model_validate(given)


def test_a_person_without_an_address_gets_no_mail_but_other_channels() -> None:
    settings = NotifySettings(channels=(MAIL, "json://hook/{person}"))
    assert channels_of(settings, VERA) == settings.channels
    assert channels_of(settings, Person(id="x", name="X", email="a@b&smtp=evil,c@d")) == ("json://hook/{person}",)
    own = NotifySettings(channels=(MAIL,), people={"vera": PersonSettings(channels=())})
    assert channels_of(own, VERA) == ()


def test_a_person_may_have_hours_of_their_own() -> None:
    settings = NotifySettings(quiet="18:00-08:00", people={"vera": PersonSettings(quiet="none", timezone="Asia/Tokyo")})
    own = settings.of("vera")
    assert (own.quiet, own.timezone, own.digest_at) == ("none", "Asia/Tokyo", "16:00")
    with pytest.raises(ValueError, match=r"people.vera: the digest of 16:00 falls into the quiet hours 15:00-17:00"):
        NotifySettings.model_validate({"people": {"vera": {"quiet": "15:00-17:00"}}})


@pytest.mark.parametrize(
    "text", ["", "vera", "a@b@c.example", "a b@c.example", "a@c.example\nBcc: x@y.example", "<a@b.c>"]
)
def test_what_is_no_address_is_not_written_to(text: str) -> None:
    assert not is_email(text)


def test_the_mark_of_a_channel_tells_its_kind_and_no_more() -> None:
    assert kind("run:${COCKPIT_PAGER}") == "run"
    assert kind("${COCKPIT_X}") == "address"
    assert mark("slack://T0KEN/b/c").startswith("slack-")
    assert "T0KEN" not in mark("slack://T0KEN/b/c")


def test_errors_show_neither_variables_nor_tokens_of_an_address() -> None:
    found = address("json://hook.bank.example/${COCKPIT_KEY}/T0KENT0KEN", VERA, {"COCKPIT_KEY": "s3cr et"})
    said = masked("no: https://hook.bank.example/s3cr%20et/T0KENT0KEN (s3cr et)\x1b[31m\n", found.secrets)
    assert said == "no: https://hook.bank.example/***/*** (***)[31m"
    assert Address().secrets == ()
