"""Who may ask: service accounts with keys, the scopes delegated to them across the domain, and the tokens they get.

Mirrors the token endpoint for `urn:ietf:params:oauth:grant-type:jwt-bearer`: an RS256 assertion `{iss, sub, scope, aud, iat,
exp}` of at most an hour. Left out: every other grant, and the short while in which Google lets a token live on after its
delegation was revoked (here it dies at once).

Source: developers.google.com/identity/protocols/oauth2/service-account.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import jwt

from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer
from mailkeep.simulator.google.keys import Key, ServiceAccount
from mailkeep.simulator.google.routes import Routes

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
ISSUER = "https://accounts.google.com"
LIFE_S = 3600
_SLACK_S = 300
"""How far the two clocks may differ."""
ROUTES = Routes()


@dataclass(slots=True, frozen=True)
class Grant:
    """What an access token stands for."""

    account: ServiceAccount
    subject: str
    """The user it speaks as; the account's own address when it speaks for itself."""
    scopes: frozenset[str]
    ends: float
    key: Key


class TokenTrouble(Exception):
    """The token endpoint says no."""

    def __init__(self, status: int, error: str, says: str) -> None:
        super().__init__(says)
        self.status = status
        self.error = error


class Keyring:
    """Service accounts, their delegations, and the tokens handed out."""

    def __init__(self, project: str, clock: Callable[[], float]) -> None:
        self.project = project
        self.accounts: dict[str, ServiceAccount] = {}
        """By address."""
        self.handed_out = 0
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        self._google: Key | None = None

    @property
    def google(self) -> Key:
        """The key Google itself signs pushed notices with."""
        self._google = self._google or Key.made()
        return self._google

    def account(self, name: str) -> ServiceAccount:
        """The service account of that name, made when missing."""
        email = f"{name}@{self.project}.iam.gserviceaccount.com"
        if email not in self.accounts:
            key = Key.made()
            client_id = f"1{len(self.accounts):020d}"
            self.accounts[email] = ServiceAccount(name, email, client_id, self.project, {key.id: key})
        return self.accounts[email]

    def holder(self, token: str) -> Grant:
        """What the token stands for. Raises: Refusal 401 for one that is unknown, over, or no longer backed."""
        grant = self._grants.get(token)
        if grant is None or grant.ends <= self._clock() or not self._backed(grant):
            self._grants.pop(token, None)
            raise Refusal(
                401,
                "authError",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
                "valid authentication credential.",
                headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
            )
        return grant

    def token(self, assertion: str, audiences: tuple[str, ...], user: Callable[[str], str]) -> dict[str, Any]:
        """A token document for a signed assertion.

        Takes: `user`: the primary address of somebody who may be spoken for, else "". Raises: TokenTrouble.
        """
        account, key = self._signer(assertion)
        claims = self._claims(assertion, key, audiences)
        wanted = frozenset(str(claims.get("scope", "")).split())
        if not wanted:
            raise TokenTrouble(400, "invalid_scope", "Empty or missing scope not allowed.")
        subject = str(claims.get("sub", account.email))
        if subject != account.email:
            if not wanted <= account.delegated:
                raise TokenTrouble(
                    401,
                    "unauthorized_client",
                    "Client is unauthorized to retrieve access tokens using this method, or client not authorized "
                    "for any of the scopes requested.",
                )
            subject = user(subject)
            if not subject:
                raise TokenTrouble(400, "invalid_grant", "Invalid email or User ID")
        return self._handed(Grant(account, subject, wanted, self._clock() + LIFE_S, key))

    def signed_by_google(self, claims: dict[str, object]) -> str:
        """A JWT of Google's: `iss`, `iat` and `exp` are added."""
        now = int(self._clock())
        whole = {"iss": ISSUER, "iat": now, "exp": now + LIFE_S, **claims}
        return jwt.encode(whole, self.google.private, algorithm="RS256", headers={"kid": self.google.id})

    def _backed(self, grant: Grant) -> bool:
        account = grant.account
        if account.deleted or grant.key.disabled or grant.key.id not in account.keys:
            return False
        return grant.subject == account.email or grant.scopes <= account.delegated

    def _handed(self, grant: Grant) -> dict[str, Any]:
        self.handed_out += 1
        token = f"ya29.c.{sha256(f'{grant.key.id}/{self.handed_out}'.encode()).hexdigest()}"
        self._grants[token] = grant
        return {"access_token": token, "expires_in": LIFE_S - 1, "token_type": "Bearer"}

    def _signer(self, assertion: str) -> tuple[ServiceAccount, Key]:
        try:
            said = jwt.decode_complete(assertion, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise TokenTrouble(400, "invalid_grant", "Bad Request") from error
        account = self.accounts.get(str(said["payload"].get("iss")))
        if account is None or account.deleted:
            raise TokenTrouble(400, "invalid_grant", "Invalid grant: account not found")
        keys = [key for key in account.keys.values() if not key.disabled]
        key = next((key for key in keys if key.id == said["header"].get("kid", key.id)), None)
        if key is None:
            raise TokenTrouble(400, "invalid_grant", "Invalid JWT Signature.")
        return account, key

    def _claims(self, assertion: str, key: Key, audiences: tuple[str, ...]) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                key.private.public_key(),
                algorithms=["RS256"],
                audience=list(audiences),
                options={"verify_exp": False, "verify_iat": False, "verify_sub": False, "require": ["iat", "exp"]},
            )
        except jwt.InvalidAudienceError as error:
            says = f"Failed audience check. The right audience is {audiences[0]}"
            raise TokenTrouble(400, "invalid_grant", says) from error
        except jwt.PyJWTError as error:
            raise TokenTrouble(400, "invalid_grant", "Invalid JWT Signature.") from error
        now, begins, ends = self._clock(), _moment(claims["iat"]), _moment(claims["exp"])
        if begins > now + _SLACK_S or ends < now - _SLACK_S or not 0 < ends - begins <= LIFE_S:
            says = (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim."
            )
            raise TokenTrouble(400, "invalid_grant", says)
        return claims


def _moment(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


@ROUTES.add("POST", "/token", "sim.token")
def hand_out(call: Call) -> Reply:
    """An access token for an assertion."""
    form = {name: values[-1] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != GRANT_TYPE:
        says = f"Invalid grant_type: {form.get('grant_type', '')}"
        return answer({"error": "unsupported_grant_type", "error_description": says}, 400)
    audiences = (f"{call.workspace.url}/token", GOOGLE_AUDIENCE)
    try:
        document = call.workspace.keyring.token(form.get("assertion", ""), audiences, call.workspace.spoken_for)
    except TokenTrouble as no:
        return answer({"error": no.error, "error_description": str(no)}, no.status)
    return answer(document)


@ROUTES.add("GET", "/oauth2/v3/certs", "sim.certs")
def public_keys(call: Call) -> Reply:
    """The JWKS document that pushed notices are checked against."""
    return answer({"keys": [call.workspace.keyring.google.jwk]})


@ROUTES.add("GET", "/oauth2/v1/certs", "sim.certs.pem")
def certificates(call: Call) -> Reply:
    """The same as certificates by key id, as the vendor's library reads them."""
    key = call.workspace.keyring.google
    return answer({key.id: key.certificate})
