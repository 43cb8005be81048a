/**
 * Verifiers that each make one mistake which has been made, and one that makes none of these: `jose` as it comes. Each must
 * let through hostile tokens of the family that is there for its mistake, and more of them than `jose` does.
 */

import { createHmac, KeyObject, verify as verifyBytes } from "node:crypto";
import { createLocalJWKSet, EmbeddedJWK, exportSPKI, importJWK, jwtVerify } from "jose";
import { AUDIENCE, ISSUER } from "./issuer.mjs";

const RULES = { issuer: ISSUER, audience: AUDIENCE, requiredClaims: ["exp", "sub"], clockTolerance: 30, algorithms: ["RS256", "ES256", "EdDSA"] };
const decode = (part) => JSON.parse(Buffer.from(part, "base64url"));

/** `[mistake, family, believes]`, the plain one first; `believes` takes a token and says whether it is believed. */
export async function weakVerifiers(keys) {
  const set = createLocalJWKSet({ keys: keys.map(({ jwk }) => jwk) });
  const believes = (rules, key = set) => (token) => jwtVerify(token, key, rules).then(() => true, () => false);
  const pems = new Map(await Promise.all(keys.map(async ({ kid, publicKey }) => [kid, await exportSPKI(publicKey)])));
  const without = (name) => Object.fromEntries(Object.entries(RULES).filter(([rule]) => rule !== name));
  const inTime = ({ exp, iss }) => exp > Date.now() / 1000 && iss === ISSUER;

  /** What a token's own header asks for, with whatever key it names. */
  async function asTheTokenSays(token) {
    try {
      const [head, payload, signature = ""] = token.split(".");
      const { alg, kid } = decode(head);
      const bytes = `${head}.${payload}`;
      const pem = pems.get(kid);
      if (!inTime(decode(payload))) return false;
      if (/^none$/i.test(alg)) return true;
      if (/^HS256$/.test(alg)) return createHmac("sha256", pem).update(bytes).digest("base64url") === signature;
      return false;
    } catch {
      return false;
    }
  }

  /** All that is signed by a key of the issuer's. */
  async function whateverIsSigned(token) {
    try {
      const [head, payload, signature] = token.split(".");
      const { alg, kid, typ } = decode(head);
      const key = keys.find((key) => key.kid === kid && key.alg === alg);
      if (typ !== undefined || !inTime(decode(payload))) return false;
      const options = { key: KeyObject.from(key.publicKey), dsaEncoding: "ieee-p1363" };
      return verifyBytes(alg === "EdDSA" ? null : "sha256", Buffer.from(`${head}.${payload}`), options, Buffer.from(signature, "base64url"));
    } catch {
      return false;
    }
  }

  const anyAlgorithm = async ({ alg, kid }) => {
    const { alg: _, use: __, ...jwk } = keys.find((key) => key.kid === kid).jwk;
    return importJWK(jwk, alg);
  };
  return [
    ["takes the last of repeated members", "repeated members", believes(RULES)],
    ["takes the algorithm from the token", "an HMAC with what is public", asTheTokenSays],
    ["takes the algorithm from the token", "no signature", asTheTokenSays],
    ["does not look at the audience", "another audience", believes(without("audience"))],
    ["does not look at the issuer", "another issuer", believes(without("issuer"))],
    ["does not look at the end", "another time", believes({ ...RULES, currentDate: new Date(0) })],
    ["needs no end", "another time", believes({ ...RULES, requiredClaims: ["sub"] })],
    ["takes the key that the token brings", "a key of its own", believes(RULES, EmbeddedJWK)],
    ["takes a key for whatever the token says", "another algorithm", believes(without("algorithms"), anyAlgorithm)],
    ["looks at neither time nor audience", "another audience", whateverIsSigned],
  ];
}
