import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from tests.connect.jwks import Signer, served

from mailkeep.connect.gmail.notices import News, check_bearer, read_news
from mailkeep.connect.port import Refused
from mailkeep.connect.signing_keys import SigningKeys

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
AUDIENCE, ACCOUNT = "https://mailkeep.example/hooks/google/corp", "push@corp-project.iam.gserviceaccount.com"
CLAIMS = {
    "iss": "https://accounts.google.com",
    "aud": AUDIENCE,
    "email": ACCOUNT,
    "email_verified": True,
    "sub": "1",
    "iat": NOW.timestamp(),
    "exp": (NOW + timedelta(hours=1)).timestamp(),
}


def push(data):
    coded = base64.b64encode(json.dumps(data).encode()).decode()
    return json.dumps({"message": {"data": coded, "messageId": "m7", "publishTime": "x"}, "subscription": "s"}).encode()


def test_a_push_names_the_mailbox_in_lower_case():
    body = push({"emailAddress": "Ada@corp.example", "historyId": 99})
    assert read_news(body) == News(address="ada@corp.example", delivery="m7")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"message": {"data": "!!!", "messageId": "1"}}',
        b'{"message": {"data": "e30=", "messageId": "1"}}',
        b'{"message": {"data": "\\u00ff", "messageId": "1"}}',
        push([]),
        b"[" * 100_000,
    ],
)
def test_a_post_that_is_no_push_is_refused_in_words(body):
    with pytest.raises(Refused, match="not a Gmail notice"):
        read_news(body)


async def check(token, keys, now=NOW):
    await check_bearer(f"Bearer {token}", keys, audience=AUDIENCE, account=ACCOUNT, now=now)


async def test_a_push_that_google_signed_for_our_account_is_believed():
    signer = Signer()
    async with served(signer) as keys:
        await check(signer.sign(CLAIMS), SigningKeys(keys.url))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"aud": "https://elsewhere.example"}, "does not hold"),
        ({"iss": "https://evil.example"}, "issued by https://evil.example"),
        ({"email": "thief@other.example"}, "signed for thief@other.example"),
        ({"email_verified": False}, "signed for"),
        ({"exp": (NOW - timedelta(hours=2)).timestamp()}, "not of this hour"),
        ({"iat": (NOW + timedelta(hours=2)).timestamp()}, "not of this hour"),
        ({"exp": "soon"}, "does not hold|no moments"),
    ],
)
async def test_a_push_signed_for_something_else_is_refused(change, why):
    signer = Signer()
    async with served(signer) as keys:
        with pytest.raises(Refused, match=why):
            await check(signer.sign(CLAIMS | change), SigningKeys(keys.url))


async def test_a_push_replayed_the_next_day_is_refused():
    signer = Signer()
    async with served(signer) as keys:
        with pytest.raises(Refused, match="not of this hour"):
            await check(signer.sign(CLAIMS), SigningKeys(keys.url), NOW + timedelta(days=1))


async def test_forged_tokens_are_refused():
    signer, forger = Signer(), Signer()
    async with served(signer) as keys:
        known = SigningKeys(keys.url)
        unsigned = jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": signer.kid})
        with_public_key = jwt.encode(CLAIMS, "x" * 32, algorithm="HS256", headers={"kid": signer.kid})
        for token in (
            forger.sign(CLAIMS),
            unsigned,
            with_public_key,
            "a.b.c",
            "",
            signer.sign(CLAIMS)[:-9] + "AAAAAAAAA",
        ):
            with pytest.raises(Refused, match="does not hold"):
                await check(token, known)
        with pytest.raises(Refused, match="does not list"):
            await check(signer.sign(CLAIMS, kid="other"), known)
        with pytest.raises(Refused, match="bears no token"):
            await check_bearer("", known, audience=AUDIENCE, account=ACCOUNT, now=NOW)
