"""A signer with its public keys served over real HTTP, as Google and Microsoft serve theirs."""

import json
from contextlib import asynccontextmanager

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa


class Signer:
    def __init__(self, kid="key-1"):
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return public | {"kid": self.kid, "use": "sig", "alg": "RS256"}

    def sign(self, claims, **headers):
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.kid, **headers})


class Served:
    """What the key server does, and how often it was asked."""

    def __init__(self, *signers):
        self.signers = list(signers)
        self.asked = 0
        self.answer = None
        self.url = ""

    async def handle(self, _request):
        self.asked += 1
        return self.answer or web.json_response({"keys": [signer.jwk() for signer in self.signers]})


@asynccontextmanager
async def served(*signers):
    keys = Served(*signers)
    app = web.Application()
    app.router.add_get("/certs", keys.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    keys.url = f"http://127.0.0.1:{runner.addresses[0][1]}/certs"
    try:
        yield keys
    finally:
        await runner.cleanup()
