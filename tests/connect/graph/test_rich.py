"""Sealed notices: what proves them, what is in them, and everything that is wrong with a forged one."""

import base64
import contextlib
import hmac
import os
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connect.graph.yard import pem
from tests.connect.jwks import Signer, served

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.graph.notices import Sealed
from mailkeep.connect.graph.rich import (
    MOST_CONTENT,
    MOST_TOKEN,
    MOST_TOKENS,
    PUBLISHER,
    Content,
    Postmark,
    check_tokens,
    is_ours,
    opened,
    seal_of,
)
from mailkeep.connect.port import Refused, Unreachable
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.simulator.graph.rich import _WRAP
from mailkeep.simulator.graph.rich import Seal as Closer

OURS = read_certificate(pem("notices")[0], "notices.pem")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TENANT = "84bd8158-6d4d-4958-8b9f-9d6445542f95"
OTHER = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
LOGIN = "https://login.microsoftonline.com"


def closed(content, certificate=OURS):
    """As the simulator seals it."""
    seal = seal_of(certificate)
    return msgspec.convert(Closer(seal.certificate, seal.id).close(content), Sealed)


def spelled(data):
    return base64.b64encode(data).decode()


def made(key, data, signature=None):
    """Sealed by hand: any key, any bytes, the right signature unless another is given."""
    signature = hmac.digest(key, data, "sha256") if signature is None else signature
    wrapped = OURS.key.public_key().encrypt(key, _WRAP)
    return Sealed(data=spelled(data), data_signature=spelled(signature), data_key=spelled(wrapped))


def test_a_draft_is_told_from_a_mail():
    assert opened(closed({"id": "m1", "isDraft": True, "subject": "More than asked for"}), OURS) == Content(
        is_draft=True
    )
    assert opened(closed({"id": "m1", "isDraft": False}), OURS) == Content()
    assert opened(closed({}), OURS) == Content()


def test_what_was_sealed_for_another_key_is_known_by_its_id_and_does_not_open():
    foreign = closed({"isDraft": True}, read_certificate(pem("former")[0], "former.pem"))
    assert not is_ours(foreign, OURS)
    assert is_ours(closed({}), OURS)
    with pytest.raises(Refused, match="cannot be opened"):
        opened(foreign, OURS)


@pytest.mark.parametrize("field", ["data", "data_signature", "data_key"])
def test_one_bit_that_differs_is_enough(field):
    sealed = closed({"isDraft": True})
    blob = bytearray(base64.b64decode(getattr(sealed, field)))
    for at in (0, len(blob) // 2, -1):
        blob[at] ^= 1
        with pytest.raises(Refused):
            opened(msgspec.structs.replace(sealed, **{field: spelled(blob)}), OURS)
        blob[at] ^= 1


def test_a_wrong_signature_is_told_before_anything_is_decrypted():
    for data in (b"x" * 32, b"no whole block"):
        with pytest.raises(Refused, match="not what was signed"):
            opened(made(os.urandom(32), data, signature=b"\0" * 32), OURS)


@pytest.mark.parametrize(
    "sealed",
    [
        made(b"short", b"x" * 32),
        made(b"", b""),
        made(b"k" * 32, b""),
        made(b"k" * 32, b"x" * 31),
        made(b"k" * 32, b"x" * 32),
        closed([1, 2]),
        closed({"isDraft": "perhaps"}),
        Sealed(data="", data_signature="", data_key=""),
        Sealed(data="%%", data_signature="%%", data_key="%%"),
        Sealed(data="\u00e4", data_signature="=", data_key="AA"),
    ],
)
def test_content_that_makes_no_sense_is_refused_in_words(sealed):
    with pytest.raises(Refused, match="cannot be opened"):
        opened(sealed, OURS)


def test_content_is_bounded():
    with pytest.raises(Refused, match="at most 65536"):
        opened(Sealed(data="A" * (MOST_CONTENT + 1), data_signature="", data_key=""), OURS)


BLOBS = st.text(max_size=40) | st.binary(max_size=80).map(spelled)


@given(BLOBS, BLOBS, BLOBS)
def test_whatever_is_posted_as_content_is_refused(data, signature, key):
    with pytest.raises(Refused):
        opened(Sealed(data=data, data_signature=signature, data_key=key), OURS)


@given(st.sampled_from([16, 24, 32]), st.binary(max_size=96))
def test_whatever_is_sealed_for_us_rightly_is_read_or_refused(length, plain):
    with contextlib.suppress(Refused):
        opened(made(b"k" * length, plain), OURS)


@pytest.fixture
async def line():
    signer = Signer()
    async with served(signer) as keys:
        yield signer, postmark(keys), keys


def postmark(keys, tenant=TENANT):
    return Postmark(
        tenant_id=tenant,
        apps=frozenset({"our-app", "our-other-app"}),
        issuers=("https://sts.windows.net/{tenant}/", LOGIN + "/{tenant}/v2.0"),
        keys=SigningKeys(keys.url),
        certificate=OURS,
    )


def claims(**change):
    said = {
        "aud": "our-app",
        "iss": f"https://sts.windows.net/{TENANT}/",
        "tid": TENANT,
        "appid": PUBLISHER,
        "nbf": NOW.timestamp(),
        "exp": NOW.timestamp() + 3600,
    }
    return {name: value for name, value in (said | change).items() if value is not None}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"aud": "our-other-app"},
        {"nbf": None},
        {"iss": f"{LOGIN}/{TENANT}/v2.0", "appid": None, "azp": PUBLISHER},
        {"exp": NOW.timestamp() - 200},
        {"nbf": NOW.timestamp() + 200},
    ],
)
async def test_what_microsoft_signed_for_us_holds(line, change):
    signer, mark, _ = line
    await check_tokens([signer.sign(claims(**change))], mark, NOW)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"aud": "somebody-elses-app"}, "does not hold"),
        ({"aud": None}, "does not hold"),
        ({"iss": None}, "does not hold"),
        ({"exp": None}, "does not hold"),
        ({"iss": f"https://sts.windows.net/{OTHER}/", "tid": OTHER}, "not Entra for this tenant"),
        ({"iss": f"https://sts.windows.net.evil.example/{TENANT}/"}, "not Entra for this tenant"),
        ({"iss": f"https://sts.windows.net/{TENANT}"}, "not Entra for this tenant"),
        ({"appid": "another-app"}, "notices are posted by"),
        ({"appid": None}, "notices are posted by"),
        ({"appid": "another-app", "azp": PUBLISHER}, "notices are posted by"),
        ({"exp": NOW.timestamp() - 301}, "not of this hour"),
        ({"nbf": NOW.timestamp() + 301}, "not of this hour"),
        ({"exp": "tomorrow"}, "no moments"),
        ({"nbf": "today"}, "no moments"),
    ],
)
async def test_a_token_that_says_otherwise_is_refused_in_words(line, change, says):
    signer, mark, _ = line
    with pytest.raises(Refused, match=says):
        await check_tokens([signer.sign(claims(**change))], mark, NOW)


async def test_every_token_of_a_post_must_hold_and_there_must_be_one(line):
    signer, mark, _ = line
    good = signer.sign(claims())
    for tokens in ([], [good, signer.sign(claims(appid="x"))], [good] * (MOST_TOKENS + 1)):
        with pytest.raises(Refused):
            await check_tokens(tokens, mark, NOW)
    await check_tokens([good, good], mark, NOW)


async def test_a_token_that_nobody_or_somebody_else_signed_is_refused(line):
    _, mark, keys = line
    unsigned = ".".join(spelled(part) for part in (b'{"alg":"none","kid":"key-1"}', b"{}", b""))
    shared = ".".join(spelled(part) for part in (b'{"alg":"HS256","kid":"key-1"}', b"{}", b"x"))
    deep = spelled(b"[" * 5000) + "..a"
    for token in (
        Signer().sign(claims()),
        Signer("new").sign(claims()),
        unsigned,
        shared,
        deep,
        "",
        "a.b.c",
        "\u00e4.\u00e4.a",
    ):
        with pytest.raises(Refused):
            await check_tokens([token], mark, NOW)
    with pytest.raises(Refused, match="none of Entra's"):
        await check_tokens(["x" * (MOST_TOKEN + 1)], mark, NOW)
    assert keys.asked == 1


async def test_a_tenant_known_by_its_domain_takes_the_tokens_own_word(line):
    signer, mark, _ = line
    by_domain = replace(mark, tenant_id="corp.example")
    await check_tokens([signer.sign(claims())], by_domain, NOW)
    for change in ({"tid": OTHER}, {"tid": None}, {"tid": "x/../y", "iss": "https://sts.windows.net/x/../y/"}):
        with pytest.raises(Refused, match="not Entra for this tenant"):
            await check_tokens([signer.sign(claims(**change))], by_domain, NOW)


async def test_keys_that_cannot_be_had_are_no_refusal(line):
    signer, mark, _ = line
    deaf = replace(mark, keys=SigningKeys("http://127.0.0.1:9/none"))
    with pytest.raises(Unreachable):
        await check_tokens([signer.sign(claims())], deaf, NOW)
