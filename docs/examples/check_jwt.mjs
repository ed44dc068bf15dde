// Who sends this request? As check_jwt.py, in JavaScript: node check_jwt.mjs ISSUER AUDIENCE < token (after `npm install jose`).
// ISSUER is BASE_URL, AUDIENCE is COOKIE_DOMAIN. It does not know whether the session was ended meanwhile.
import { createRemoteJWKSet, jwtVerify } from "jose";

const [issuer = "https://id.example.com", audience = "example.com"] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { cacheMaxAge: 3_600_000 });
const must = { issuer, audience, algorithms: ["EdDSA"], requiredClaims: ["exp", "iat", "sub", "sid"] };

/** The `users.id` of whoever sent the cookie `__Secure-jwt`; null for whatever is not a token of a session, for us. */
export const userId = (token) => jwtVerify(token, keys, must).then(({ payload }) => payload.sub, () => null);

let token = "";
for await (const part of process.stdin) token += part;
console.log((await userId(token.trim())) ?? "nobody");
