/**
 * `countersign/verify`: how an origin knows that a request passed the gate, and who it is from. By WebCrypto alone, in
 * Node, Workers, and wherever else there is `crypto.subtle`.
 */

import { CountersignError, type ErrorCode } from "./shared.js";

export { CountersignError, type ErrorCode } from "./shared.js";

/** The secret that the gate signs with (`COUNTERSIGN_ASSERTION_KEY`): as text, as bytes, or imported for HMAC with SHA-256. */
export type AssertionKey = string | Uint8Array | CryptoKey;

/** What is accepted. */
export interface VerifyOptions {
  /** The secret; or several, of which any will do, while one takes another's place. */
  readonly key: AssertionKey | readonly AssertionKey[];
  /** Whom assertions must be for: the gate's `COUNTERSIGN_ASSERTION_AUDIENCE`. `countersign-origin` if left out. */
  readonly audience?: string;
  /** Accepts requests of public routes as well, which were let through without asking who they are from. */
  readonly public?: boolean;
  /** By how many seconds the clocks of gate and origin may differ: 5 if left out, at most 30. */
  readonly tolerance?: number;
}

/** What may differ from request to request. */
export interface Expected {
  /** The tenant that the request must be for, where the origin knows it by itself, such as from the path. */
  readonly tenant?: string;
  /** Replaces the clock. */
  readonly now?: Date | number;
}

/** A request, as `fetch` handlers, Node's `http` and Express have it. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The target before a router took its part away, as Express keeps it. */
  readonly originalUrl?: string | undefined;
  readonly headers: Headers | { readonly [name: string]: string | readonly string[] | undefined };
}

interface Passed {
  /** The request's id, as it stands in the gate's log. */
  readonly requestId: string;
  /** The host that the client asked for. */
  readonly host: string;
  readonly issued: Date;
}

/** A request that was allowed. */
export interface Allowed extends Passed {
  readonly decision: "allow";
  readonly subject: string;
  readonly tenant: string;
  /** The tenant's revision that decided. */
  readonly revision: number;
}

/** A request of a public route. */
export interface Public extends Passed {
  readonly decision: "public";
}

/** Verifies one request; rejects with a `CountersignError` unless the gate let exactly this request through. */
export type Verifier<Verified> = (request: IncomingRequest, expected?: Expected) => Promise<Verified>;

const NAME = "countersign-assertion";
/** `{"alg":"HS256","typ":"countersign+jwt"}`, the one header that there is: what a token says of its algorithm is not asked. */
const HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImNvdW50ZXJzaWduK2p3dCJ9";
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };
/** Header, claims, and a signature of 32 bytes: its last character has two bits to spare, which are zero. */
const FORM = /^([\w-]+)\.([\w-]{1,16384})\.([\w-]{42}[AEIMQUYcgkosw048])$/;
const KEY_BYTES = 32;
const LONGEST_TOLERANCE = 30;
/** No assertion is good for longer than this, whatever it says. */
const SECONDS = 60;

/** Makes a verifier, which imports its keys once. */
export function verifier(options: VerifyOptions & { readonly public: true }): Verifier<Allowed | Public>;
export function verifier(options: VerifyOptions): Verifier<Allowed>;
export function verifier(options: VerifyOptions): Verifier<Allowed | Public> {
  const { key, audience = "countersign-origin", public: everybody = false, tolerance = 5 } = options ?? {};
  const given = Array.isArray(key) ? (key as readonly AssertionKey[]) : [key as AssertionKey];
  if (given.length === 0) throw wrong("`key` is empty");
  const secrets = given.map(secret);
  if (typeof audience !== "string" || audience === "") throw wrong("`audience` must be a string");
  if (typeof everybody !== "boolean") throw wrong("`public` must be a boolean");
  if (!(typeof tolerance === "number" && tolerance >= 0 && tolerance <= LONGEST_TOLERANCE)) {
    throw wrong(`\`tolerance\` must be a number of seconds from 0 to ${LONGEST_TOLERANCE}`);
  }
  let imported: readonly CryptoKey[] | undefined;

  return async (request, { tenant, now = Date.now() } = {}) => {
    const [signed, claims, tag] = taken(request);
    // The keys are kept, not the promise: in Workers no request may wait for another's.
    const keys = (imported ??= await Promise.all(secrets.map((make) => make())));
    const text = new TextEncoder().encode(signed);
    const fits = await Promise.all(keys.map((one) => crypto.subtle.verify(ALGORITHM, one, tag, text)));
    if (!fits.includes(true)) throw refused("assertion_invalid", "the signature does not fit");
    const said = read(claims);

    const seconds = Number(now) / 1_000;
    if (said.exp - said.iat > SECONDS) throw refused("assertion_invalid", `it is good for more than ${SECONDS} seconds`);
    if (!(seconds < said.exp + tolerance)) throw refused("assertion_expired", "its time is over");
    if (!(seconds >= said.iat - tolerance)) throw refused("assertion_expired", "its time has not come; compare the clocks");

    if (said.iss !== "countersign") throw refused("assertion_foreign", "somebody else made it");
    if (said.aud !== audience) throw refused("assertion_foreign", "it is for another origin");
    if (said.method !== request.method) throw refused("assertion_foreign", "it is for another method");
    if (said.target !== (await digest(target(request)))) throw refused("assertion_foreign", "it is for another path or query");
    if (tenant !== undefined && said.tenant !== tenant) throw refused("assertion_foreign", "it is for another tenant");

    const passed = { requestId: said.rid, host: said.host, issued: new Date(said.iat * 1_000) };
    if (said.decision === "public") {
      if (!everybody) throw refused("assertion_public", "the route is for everybody, so nobody was asked who it is");
      return { decision: "public", ...passed };
    }
    const { sub: subject, tenant: held, revision } = said;
    if (said.decision !== "allow" || subject === undefined || held === undefined || revision === undefined) {
      throw refused("assertion_invalid", "it says of nobody that he may");
    }
    return { decision: "allow", subject, tenant: held, revision, ...passed };
  };
}

function wrong(message: string): CountersignError {
  return new CountersignError("invalid_argument", message);
}

function refused(code: ErrorCode, why: string): CountersignError {
  return new CountersignError(code, `the request's assertion is refused: ${why}`);
}

/** Checked at once, imported at the first request: Workers do nothing asynchronous before one. */
function secret(key: AssertionKey): () => Promise<CryptoKey> {
  if (typeof CryptoKey === "function" && key instanceof CryptoKey) {
    const { name, hash } = key.algorithm as HmacKeyAlgorithm;
    const fits = name === "HMAC" && hash.name === "SHA-256" && key.usages.includes("verify");
    if (!fits) throw wrong("a `CryptoKey` must be one for HMAC with SHA-256 that may verify");
    return async () => key;
  }
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.length < KEY_BYTES) {
    throw wrong(`\`key\` must be the gate's COUNTERSIGN_ASSERTION_KEY, ${KEY_BYTES} bytes or more`);
  }
  const copy = Uint8Array.from(bytes);
  return () => crypto.subtle.importKey("raw", copy, ALGORITHM, false, ["verify"]);
}

/** What is signed, the claims, and the signature. */
function taken(request: IncomingRequest): [string, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const { headers } = request;
  const sent = typeof headers.get === "function" ? (headers as Headers).get(NAME) : (headers as Record<string, unknown>)[NAME];
  if (sent === undefined || sent === null || sent === "") throw refused("assertion_missing", "there is none; it did not come through the gate");
  const [, header, claims, tag] = (typeof sent === "string" && FORM.exec(sent)) || [];
  if (header === undefined || claims === undefined || tag === undefined) throw refused("assertion_invalid", "it is not of the form of one");
  if (header !== HEADER) throw refused("assertion_invalid", "it is signed in another way, or is another kind of token");
  return [`${header}.${claims}`, bytesOf(claims), bytesOf(tag)];
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    throw refused("assertion_invalid", "it is not of the form of one");
  }
}

interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly rid: string;
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly decision: string;
  readonly sub?: string;
  readonly tenant?: string;
  readonly revision?: number;
}

const KINDS = { iss: "string", aud: "string", iat: "number", exp: "number", rid: "string", method: "string", host: "string", target: "string", decision: "string" };
const OPTIONAL = { sub: "string", tenant: "string", revision: "number" };

/** The claims, which the gate has signed; what a later gate says besides is not looked at. */
function read(bytes: Uint8Array): Claims {
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refused("assertion_invalid", "its claims are no JSON");
  }
  const own = (name: string) => (said !== null && typeof said === "object" && Object.hasOwn(said, name) ? said[name] : undefined);
  const sound =
    Object.entries(KINDS).every(([name, kind]) => typeof own(name) === kind) &&
    Object.entries(OPTIONAL).every(([name, kind]) => own(name) === undefined || typeof own(name) === kind);
  if (!sound) throw refused("assertion_invalid", "a claim is missing, or of the wrong kind");
  return said as unknown as Claims;
}

/** Path and query as they came, byte for byte; without a question mark that nothing follows. */
function target({ url, originalUrl }: IncomingRequest): string {
  const [whole = ""] = (originalUrl ?? url ?? "").split("#");
  const below = whole.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  // What stands behind the host is path and query; an empty path is the root's.
  const text = below === whole || below.startsWith("/") ? below : `/${below}`;
  return text.endsWith("?") && text.indexOf("?") === text.length - 1 ? text.slice(0, -1) : text;
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
