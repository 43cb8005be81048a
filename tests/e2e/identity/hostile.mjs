/**
 * Hostile tokens, made from a sound one: each must be refused, and each family has its sound token as a control.
 *
 * They follow RFC 8725 and what verifiers have let through: `none`, an HMAC with a public key as its secret, algorithms of
 * another key, keys and addresses in the token, `crit` and `b64`, zero signatures, repeated members, other issuers,
 * audiences and times, and bytes that are no token at all.
 */

import { createHmac, KeyObject, sign as signBytes } from "node:crypto";
import { exportSPKI } from "jose";
import { AUDIENCE, claims, ISSUER } from "./issuer.mjs";

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
const encode = (value) => Buffer.from(value).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

/** What is signed, from a header and claims that are objects or texts. */
const input = (header, body) => `${encode(text(header))}.${encode(text(body))}`;

/** Signs whatever text it is given, as the key's algorithm does; `jose` refuses to make most of these. */
export function signed(key, header, body) {
  const bytes = Buffer.from(input(header, body));
  const secret = KeyObject.from(key.privateKey);
  const signature =
    key.alg === "EdDSA" ? signBytes(null, bytes, secret) : signBytes("sha256", bytes, { key: secret, dsaEncoding: "ieee-p1363" });
  return `${bytes}.${signature.toString("base64url")}`;
}

/** The table: families of `[name, control, hostile tokens]`. `keys` are the issuer's; `foreign` are somebody else's. */
export async function families(keys, foreign) {
  const rsa = keys.find(({ alg }) => alg === "RS256");
  const header = (key, more = {}) => ({ alg: key.alg, kid: key.kid, ...more });
  const sound = (key = rsa) => signed(key, header(key), claims());
  const withHeader = (more, key = rsa) => signed(key, header(key, more), claims());
  const withClaims = (more, key = rsa) => signed(key, header(key), claims(more));
  const pems = await Promise.all(keys.map(async (key) => [key, await exportSPKI(key.publicKey)]));
  const raw = (members) => `{"alg":"RS256","kid":"${rsa.kid}"${members}}`;
  const body = (members) => `${JSON.stringify(claims()).slice(0, -1)}${members}}`;
  const evil = "https://evil.example";

  const hmac = pems.flatMap(([key, pem]) => {
    const secrets = [pem, pem.trim(), JSON.stringify(key.jwk), key.jwk.n ?? key.jwk.x, Buffer.from(key.jwk.n ?? key.jwk.x, "base64url"), "", "secret"];
    return secrets.flatMap((secret) =>
      [["HS256", "sha256"], ["HS512", "sha512"], ["RS256", "sha256"]].map(([alg, hash]) => {
        const bytes = input({ alg, kid: key.kid }, claims());
        return `${bytes}.${createHmac(hash, secret).update(bytes).digest("base64url")}`;
      }),
    );
  });

  const unsigned = ["none", "None", "NONE", "nOnE", "", null, undefined, 0, [], {}].flatMap((alg) => {
    const bytes = input({ alg, kid: rsa.kid }, claims());
    return [`${bytes}.`, bytes, `${bytes}.${sound().split(".")[2]}`];
  });

  const otherAlgorithms = keys.flatMap((key) =>
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448", "HS256", "rs256", "RS256 ", "dir"]
      .filter((alg) => alg !== key.alg)
      .map((alg) => withHeader({ alg }, key)),
  );
  const confused = keys.flatMap((key) =>
    keys.filter((other) => other !== key).flatMap((other) => [
      signed(key, { alg: other.alg, kid: other.kid }, claims()),
      signed(key, { alg: key.alg, kid: other.kid }, claims()),
      signed(key, { alg: other.alg, kid: key.kid }, claims()),
    ]),
  );
  const ownKeys = foreign.flatMap((key) => [
    signed(key, { alg: key.alg, jwk: key.jwk }, claims()),
    signed(key, { alg: key.alg, kid: rsa.kid, jwk: key.jwk }, claims()),
    signed(key, { alg: key.alg, kid: key.kid, jku: `${evil}/keys` }, claims()),
    signed(key, { alg: key.alg, kid: key.kid, jku: `${ISSUER}@evil.example/keys` }, claims()),
    signed(key, { alg: key.alg, kid: key.kid, x5u: `${evil}/cert` }, claims()),
    signed(key, { alg: key.alg, x5c: ["MIIB"] }, claims()),
    signed(key, { alg: key.alg, kid: key.kid }, claims()),
    signed(key, { alg: key.alg }, claims()),
    ...keys.map(({ kid }) => signed(key, { alg: key.alg, kid }, claims())),
  ]);
  const kids = ["", " ", "../../keys", "/dev/null", `${evil}/keys`, `${rsa.kid} `, rsa.kid.toUpperCase(), `${rsa.kid}\u0000`, "' OR 1=1 --", "x".repeat(257), 0, 1, true, null, [], [rsa.kid], {}].map((kid) =>
    withHeader({ kid }),
  );
  const extensions = [
    { crit: ["exp"], exp: now() + 60 },
    { crit: [] },
    { crit: "exp" },
    { crit: ["b64"], b64: false },
    { b64: false },
    { b64: true },
    { crit: null },
    { crit: ["http://example.com/x"], "http://example.com/x": true },
    { zip: "DEF" },
    { enc: "A256GCM" },
    { typ: "logout+jwt" },
    { typ: "dpop+jwt" },
    { typ: "secevent+jwt" },
    { typ: "JWE" },
    { typ: null },
    { typ: ["JWT"] },
  ].map((more) => withHeader(more));
  const parts = sound().split(".");
  const zeros = keys.flatMap((key) => {
    const [head, payload, signature] = sound(key).split(".");
    const bytes = Buffer.from(signature, "base64url");
    const half = bytes.length / 2;
    const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
    const shapes = [
      Buffer.alloc(bytes.length),
      Buffer.alloc(bytes.length, 1),
      Buffer.alloc(bytes.length, 255),
      Buffer.concat([Buffer.alloc(half), bytes.subarray(half)]),
      Buffer.concat([bytes.subarray(0, half), Buffer.alloc(half)]),
      Buffer.concat([order, order]),
      Buffer.concat([order, bytes.subarray(32)]),
      bytes.subarray(1),
      bytes.subarray(0, half),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), bytes]),
      Buffer.concat([bytes, bytes]),
      Buffer.from(bytes).reverse(),
      Buffer.from("3006020100020100", "hex"),
      Buffer.alloc(0),
    ];
    return shapes.map((shape) => `${head}.${payload}.${shape.toString("base64url")}`);
  });
  const repeated = [
    ...[',"alg":"RS256"', ',"alg":"none"', ',"kid":"x"', ',"\\u0061lg":"RS256"', ',"x":{"a":1,"a":2}'].map((more) => signed(rsa, raw(more), claims())),
    ...['"sub":"olga"', '"iss":"x"', `"aud":"${AUDIENCE}"`, '"exp":9999999999', '"exp":1', '"\\u0073ub":"olga"', '"deep":{"a":1,"a":1}'].map((more) =>
      signed(rsa, header(rsa), body(`,${more}`)),
    ),
  ];
  const issuers = [undefined, null, "", `${ISSUER}/`, ISSUER.toUpperCase(), "http://issuer.example", `${ISSUER}.evil.example`, `${ISSUER}\u0000`, ` ${ISSUER}`, [ISSUER], { iss: ISSUER }, 1, true, evil].map((iss) => withClaims({ iss }));
  const audiences = [undefined, null, "", [], {}, 1, true, "other", ["other"], [AUDIENCE, 1], [[AUDIENCE]], { [AUDIENCE]: true }, AUDIENCE.toUpperCase(), `${AUDIENCE} `, `${AUDIENCE},other`, `${AUDIENCE}x`, AUDIENCE.slice(1), `https://${AUDIENCE}`].map((aud) => withClaims({ aud }));
  const times = [
    ...[undefined, null, "", "soon", String(now() + 600), true, [], {}, [now() + 600], 0, -1, 1, now() - 31, now() - 3600, -1e300, 1e-300].map((exp) => ({ exp })),
    ...["soon", null, true, [], {}, now() + 60, now() + 3600, 9e15, 1e300].map((nbf) => ({ nbf })),
    ...["now", null, false, [], {}, now() + 60, now() + 1e9, 1e300].map((iat) => ({ iat })),
  ].map((more) => withClaims(more));
  const subjects = [undefined, null, "", 0, true, [], ["ann"], {}, "a/b", "a,b", "a b", "a\nb", "a\u0000", "\u0430nn", "ann\u200b", "x".repeat(252)].map((sub) => withClaims({ sub }));
  const forms = [
    "", ".", "..", "...", "x", "null", "{}", "[]", parts[0], `${parts[0]}.${parts[1]}`, `${parts[0]}..${parts[2]}`, `.${parts[1]}.${parts[2]}`,
    `${sound()}.`, `.${sound()}`, `${sound()}.${parts[2]}`, `${sound()}=`, `${sound()}%00`, sound().replaceAll(".", "%2e"), sound().replace(".", ".."),
    `${sound()},${sound()}`, `${parts[0]}=.${parts[1]}.${parts[2]}`, `${parts[0]}.${parts[1]}.${Buffer.from(parts[2], "base64url").toString("base64")}`,
    JSON.stringify({ protected: parts[0], payload: parts[1], signature: parts[2] }),
    `${encode("not json")}.${parts[1]}.${parts[2]}`, signed(rsa, "not json", claims()), signed(rsa, "[]", claims()), signed(rsa, header(rsa), "[]"),
    signed(rsa, header(rsa), '"ann"'), signed(rsa, header(rsa), ""), signed(rsa, "", claims()), signed(rsa, "{}", "{}"), signed(rsa, "null", "null"),
    signed(rsa, `${raw("")}x`, claims()), signed(rsa, header(rsa), `${body("")}{}`), signed(rsa, "\ufeff" + raw(""), claims()),
    signed(rsa, raw(`,"x":${"[".repeat(500)}${"]".repeat(500)}`), claims()), signed(rsa, header(rsa), body(`,"x":${'{"a":'.repeat(500)}1${"}".repeat(500)}`)),
    withClaims({ padding: "x".repeat(9_000) }), withHeader({ padding: "x".repeat(9_000) }), "A".repeat(9_000), `${"A".repeat(3_000)}.${"A".repeat(3_000)}.${"A".repeat(300)}`,
    `${parts[0]}.${parts[1]}.${parts[2]}`.slice(0, -4), sound().toUpperCase(), sound().toLowerCase(), `countersign_t1_${"0".repeat(63)}`, "countersign_", "Dev user:ann",
  ];
  // The payload of another token under this one's signature.
  const [, other] = withClaims({ sub: "olga" }).split(".");
  const grafted = keys.map((key) => { const [head, , signature] = sound(key).split("."); return `${head}.${other}.${signature}`; });

  const table = [
    ["no signature", unsigned], ["an HMAC with what is public", hmac], ["another algorithm", otherAlgorithms], ["another key's algorithm", confused],
    ["a key of its own", ownKeys], ["a hostile key id", kids], ["what is not understood", extensions], ["signatures of the wrong form", zeros],
    ["repeated members", repeated], ["another issuer", issuers], ["another audience", audiences], ["another time", times],
    ["no subject", subjects], ["no token", forms], ["another payload", grafted],
  ];
  return { table, sound };
}

/** `count` more: a sound token in which one to three characters, or a part, are others; by a seed that repeats them. */
export function mutations(sounds, count, seed = 1) {
  let state = seed;
  const random = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  const broken = [];
  while (broken.length < count) {
    const sound = sounds[random(sounds.length)];
    let one = sound;
    for (let times = 1 + random(3); times > 0; times--) {
      const place = random(one.length);
      const letter = alphabet[random(alphabet.length)];
      const kind = random(4);
      if (kind === 0) one = one.slice(0, place) + one.slice(place + 1);
      else if (kind === 1) one = one.slice(0, place) + letter + one.slice(place);
      else one = one.slice(0, place) + letter + one.slice(place + 1);
    }
    if (one !== sound) broken.push(one);
  }
  return broken;
}
