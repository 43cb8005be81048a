/**
 * Issuers of tokens: their keys, the server that publishes them, and the record of everything that a worker asks outside.
 *
 * The worker reaches the world through it as through a proxy, so that whatever address it asks for is seen here, and none is
 * really asked.
 */

import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const ISSUER = "https://issuer.example";
export const KEYS = `${ISSUER}/keys`;
export const TEAM = "https://acme.cloudflareaccess.com";
export const CERTS = `${TEAM}/cdn-cgi/access/certs`;
export const AUDIENCE = "countersign-tests";
export const ACCESS_AUDIENCE = "f00dcafe";

const now = () => Math.floor(Date.now() / 1000);

/** A pair of keys with its public half as a JWK. */
export async function pair(kid, alg, options = {}) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  return { kid, alg, publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** Claims of a sound token, with others in addition or in their place; `undefined` leaves one out. */
export const claims = (more = {}) => ({ iss: ISSUER, aud: AUDIENCE, sub: "ann", iat: now(), exp: now() + 600, ...more });

/** A token by `jose`, signed with the pair's private key. */
export const token = (key, more = {}, header = {}) =>
  new SignJWT(JSON.parse(JSON.stringify(claims(more)))).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "JWT", ...header }).sign(key.privateKey);

/** What the worker fetches: `answers` by address (a set of keys, or a function of the response), `asked` by address. */
export async function startOutside() {
  const outside = { answers: new Map(), asked: [] };
  // A proxy is told the whole address, and no host beside it.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const url = request.url.startsWith("/") ? `${request.headers["x-forwarded-proto"] ?? "https"}://${request.headers.host}${request.url}` : request.url;
    const address = url.replace(/^http:/, "https:");
    outside.asked.push(address);
    const answer = outside.answers.get(address);
    if (typeof answer === "function") answer(response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  outside.port = server.address().port;
  outside.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return outside;
}
