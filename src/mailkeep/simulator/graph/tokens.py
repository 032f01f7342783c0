"""The token endpoint: client credentials by secret or certificate, refused in Entra's own words.

Source: Microsoft identity platform, "client credentials flow", "certificate credentials", "AADSTS error codes".
"""

import base64
from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from mailkeep.simulator.graph.apps import App, Certificate
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.routes import GraphError, Reply

GRAPH = "https://graph.microsoft.com"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEFAULT_SCOPE = "/.default"
_KEY_ID = "mailkeep-simulator"
_ASSERTION_LEEWAY_S = 300.0


class Signer:
    """Signs as the tenant's identity provider does."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwt(self, claims: dict[str, Any]) -> str:
        """A signed token with these claims."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": _KEY_ID, "x5t": _KEY_ID})

    def jwks(self) -> dict[str, Any]:
        """The public key as the discovery document's `jwks_uri` gives it."""
        public: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": _KEY_ID, "x5t": _KEY_ID, "use": "sig"}]}


@lru_cache(maxsize=1)
def signer() -> Signer:
    """One for the process: a key takes time to make."""
    return Signer()


class EntraError(Exception):
    """A refusal in Entra's words."""

    def __init__(self, status: int, error: str, number: int, says: str) -> None:
        super().__init__(says)
        self.status, self.error, self.number, self.says = status, error, number, says


class Tokens:
    """Gives tokens and knows again those it gave."""

    def __init__(self, office: Office, *, life_s: float = 3599.0) -> None:
        self.office = office
        self.life_s = life_s
        self.given = 0
        """How many tokens, for tests of who asks too often."""
        self._known: dict[str, tuple[App, float]] = {}

    def answer(self, tenant: str, form: Mapping[str, str], audience: str) -> Reply:
        """The endpoint's answer to a form. Takes: the address of the endpoint as the audience of assertions."""
        try:
            return Reply(200, self._grant(tenant, form, audience))
        except EntraError as refused:
            now = f"{self.office.now():%Y-%m-%d %H:%M:%SZ}"
            says = f"AADSTS{refused.number}: {refused.says} Timestamp: {now}"
            body = {"error": refused.error, "error_description": says, "error_codes": [refused.number]}
            return Reply(refused.status, {**body, "timestamp": now, "correlation_id": self.office.tenant_id})

    def app_of(self, authorization: str) -> App:
        """Whose token it is. Takes: the Authorization header. Raises: GraphError 401."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.")
        known = self._known.get(token)
        if known is None:
            raise GraphError(401, "InvalidAuthenticationToken", "Invalid Access Token: signature validation failed.")
        app, ends = known
        if self.office.clock() >= ends:
            del self._known[token]
            says = "Lifetime validation failed, the token is expired."
            raise GraphError(401, "InvalidAuthenticationToken", says)
        if not app.enabled or not app.present:
            raise GraphError(401, "InvalidAuthenticationToken", "The service principal of the token is disabled.")
        return app

    def forget(self) -> None:
        """No token given so far is accepted any more."""
        self._known.clear()

    def _grant(self, tenant: str, form: Mapping[str, str], audience: str) -> dict[str, Any]:
        office = self.office
        if tenant.lower() not in {office.tenant_id, *office.domains}:
            says = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise EntraError(400, "invalid_request", 90002, says)
        if form.get("grant_type") != "client_credentials":
            raise EntraError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        app = self._client(form.get("client_id", ""))
        if not form.get("scope", "").endswith(_DEFAULT_SCOPE):
            says = "The provided value for scope is not valid. Client credential flows must have '/.default'."
            raise EntraError(400, "invalid_scope", 1002012, says)
        if form.get("client_assertion"):
            self._check_assertion(app, form, audience)
        else:
            self._check_secret(app, form.get("client_secret", ""))
        self.given += 1
        token = signer().jwt(self._claims(app))
        self._known[token] = (app, office.clock() + self.life_s)
        life = int(self.life_s)
        return {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token}

    def _client(self, client_id: str) -> App:
        app = self.office.apps.get(client_id.lower())
        if app is None or not app.present:
            says = f"Application with identifier '{client_id}' was not found in the directory '{self.office.name}'."
            raise EntraError(400, "unauthorized_client", 700016, says)
        if not app.enabled:
            says = f"Application '{client_id}'({app.name}) is disabled."
            raise EntraError(401, "unauthorized_client", 7000112, says)
        return app

    def _check_secret(self, app: App, given: str) -> None:
        if not given:
            says = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise EntraError(401, "invalid_client", 7000218, says)
        matching = [each for each in app.secrets if compare_digest(each.value.encode(), given.encode())]
        if not matching:
            says = f"Invalid client secret provided for a secret added to app '{app.client_id}'."
            raise EntraError(401, "invalid_client", 7000215, says)
        if all(each.expires <= self.office.now() for each in matching):
            says = f"The provided client secret keys for app '{app.client_id}' are expired."
            raise EntraError(401, "invalid_client", 7000222, says)

    def _check_assertion(self, app: App, form: Mapping[str, str], audience: str) -> None:
        assertion = form["client_assertion"]
        if form.get("client_assertion_type") != _ASSERTION:
            raise EntraError(400, "invalid_request", 900144, "The request body must contain 'client_assertion_type'.")
        try:
            head = jwt.get_unverified_header(assertion)
        except jwt.InvalidTokenError as error:
            raise EntraError(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from error
        certificate = _uploaded(app, head)
        if certificate is None:
            raise _bad_certificate("The key was not found", head)
        if certificate.x509.not_valid_after_utc <= self.office.now():
            raise _bad_certificate("The key used is expired", head)
        self._check_claims(app, assertion, certificate, audience)

    def _check_claims(self, app: App, assertion: str, certificate: Certificate, audience: str) -> None:
        public = certificate.x509.public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            raise _bad_certificate("The key type is not supported", {})
        try:
            claims = jwt.decode(
                assertion,
                public,
                algorithms=["RS256", "PS256"],
                options={"verify_exp": False, "verify_nbf": False, "verify_aud": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise _bad_certificate("The assertion's signature is not valid", {}) from error
        if claims.get("iss") != app.client_id or claims.get("sub") != app.client_id:
            raise EntraError(401, "invalid_client", 700021, "Client assertion application identifier does not match.")
        if claims.get("aud") != audience:
            says = f"Client assertion audience claim does not match. Expected '{audience}'."
            raise EntraError(401, "invalid_client", 700023, says)
        now, leeway = self.office.clock(), _ASSERTION_LEEWAY_S
        if not (float(claims.get("nbf", 0)) - leeway <= now <= float(claims.get("exp", 0)) + leeway):
            says = "Client assertion is not within its valid time range."
            raise EntraError(401, "invalid_client", 700024, says)

    def _claims(self, app: App) -> dict[str, Any]:
        now = int(self.office.clock())
        tenant = self.office.tenant_id
        claims: dict[str, Any] = {
            "aud": GRAPH,
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": now,
            "nbf": now,
            "exp": now + int(self.life_s),
            "app_displayname": app.name,
            "appid": app.client_id,
            "idtyp": "app",
            "oid": app.object_id,
            "sub": app.object_id,
            "tid": tenant,
            "uti": f"{self.given:022d}",
            "ver": "1.0",
            "wids": sorted(app.roles) or ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"],
        }
        return {**claims, "roles": sorted(app.permissions)} if app.permissions else claims


def _uploaded(app: App, head: Mapping[str, Any]) -> Certificate | None:
    for certificate in app.certificates:
        if head.get("x5t#S256") == _spelled(certificate.sha256) or head.get("x5t") == _spelled(certificate.sha1):
            return certificate
    return None


def _spelled(thumbprint: bytes) -> str:
    return base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()


def _bad_certificate(reason: str, head: Mapping[str, Any]) -> EntraError:
    key = head.get("x5t#S256") or head.get("x5t") or "none"
    says = (
        "The certificate with identifier used to sign the client assertion is not registered on application, or is not "
        f"valid. [Reason - {reason}., Thumbprint of key used by client: '{key}']."
    )
    return EntraError(401, "invalid_client", 700027, says)
