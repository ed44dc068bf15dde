"""Who sends this request? Asked by an application of COOKIE_DOMAIN that verifies the cookie by itself: ISSUER AUDIENCE < token.

ISSUER is BASE_URL, AUDIENCE is COOKIE_DOMAIN. It knows whose session it is, not whether it was ended meanwhile: for up to two
days a token is good that Genkan takes no more. Where that matters, let a proxy ask /auth/verify.
"""

import sys

import jwt  # PyJWT[crypto]

ISSUER, AUDIENCE = sys.argv[1:3] if len(sys.argv) == 3 else ("https://id.example.com", "example.com")
KEYS = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=3600)


def user_id(token: str) -> str | None:
    """The `users.id` of whoever sent the cookie `__Secure-jwt`; None for whatever is not a token of a session, for us."""
    must: jwt.types.Options = {"require": ["exp", "iat", "sub", "sid"], "strict_aud": True}
    try:
        key = KEYS.get_signing_key_from_jwt(token)
        claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer=ISSUER, audience=AUDIENCE, options=must)
    except jwt.PyJWTError:
        return None
    return str(claims["sub"])


if __name__ == "__main__":
    found = user_id(sys.stdin.read().strip())
    print(found or "nobody")
