/**
 * Bindings that fail for one request: KV as it may be any day, and an object that cannot be reached, refuses, hangs, or
 * answers what it should not.
 */

import { exhaust, overflow, PANIC_BYTES, trap } from "./hooks.js";

const copy = (bytes, change) => {
  const changed = new Uint8Array(bytes.slice(0));
  return (change(changed) ?? changed).slice().buffer;
};
const never = () => new Promise(() => {});
const thrown = (properties) => Object.assign(new Error("a failure that was asked for"), properties);

/** What KV answers in place of `value`, by the name of the failure. `other` reads another key. */
const KV = {
  error: () => Promise.reject(thrown({})),
  slow: never,
  missing: () => null,
  corrupt: (value) => copy(value, (bytes) => void (bytes[bytes.length - 1] ^= 1)),
  "cut off": (value) => copy(value, (bytes) => bytes.subarray(0, bytes.length - 1)),
  unsigned: (value) => copy(value, (bytes) => new Uint8Array([...bytes.subarray(0, 4), ...bytes.subarray(36)])),
  foreign: (_, key, other) => other(key.replace(/^t\/[^/]+/, "t/other")),
  "another key": (_, key, other) => other(key.replace(/\/[^/]+$/, "/user:one")),
  "no bytes": () => "a text",
  panic: () => PANIC_BYTES,
};

/** What calling the object comes to, by the name of the failure. */
const OBJECT = {
  error: () => Promise.reject(thrown({})),
  retryable: () => Promise.reject(thrown({ retryable: true })),
  overloaded: () => Promise.reject(thrown({ overloaded: true, retryable: true })),
  hang: never,
  /** In time, but not twice in a row. */
  async slow(call) {
    await scheduler.wait(1_500);
    return call();
  },
  500: () => new Response("object_panic", { status: 500 }),
  garbage: () => new Response("{"),
  empty: () => new Response("{}"),
  /** Its first two answers are lost. */
  twice: (call, number) => (number < 3 ? Promise.reject(thrown({ retryable: true })) : call()),
  /** A seeded bug: the head says that nothing has changed since. */
  async forgets(call, _, request) {
    const answer = await call();
    if (!request.url.endsWith("/head") || answer.status !== 200) return answer;
    const { since } = await request.json();
    const head = await answer.json();
    return Response.json(since ? { ...head, epoch: since[0], revision: since[1], changed: [] } : head);
  },
  /** The object's own code fails when it reads its database. */
  panic: (call) => call("panic"),
  trap: (call) => call("trap"),
};

/** The bindings of one request. Each call of an object is counted. */
export function failing(env, headers, tries) {
  const [kv, object] = [headers.get("Fail-Kv"), headers.get("Fail-Object")];
  if (kv === null && object === null) return env;
  const replaced = {};
  if (kv !== null) {
    const read = (key, options) => env.COUNTERSIGN_KV.get(key, options);
    const get = async (key, options) => {
      const value = await read(key, options);
      return value === null && kv !== "error" && kv !== "slow" ? null : KV[kv](value, key, (key) => read(key, options));
    };
    replaced.COUNTERSIGN_KV = over(env.COUNTERSIGN_KV, { get });
  }
  if (object !== null) {
    const getByName = (name) => {
      const stub = env.TENANT.getByName(name);
      return over(stub, { fetch: (request) => called(stub, request, object, ++tries.object) });
    };
    replaced.TENANT = over(env.TENANT, { getByName });
  }
  return { ...env, ...replaced };
}

async function called(stub, request, fault, number) {
  const kept = fault === "forgets" ? request.clone() : undefined;
  const call = (inside) => {
    const sent = new Request(request);
    if (inside) sent.headers.set("Fail", inside);
    return stub.fetch(sent);
  };
  return OBJECT[fault](call, number, kept);
}

/** An object of the platform with some of its properties replaced; whoever asks what it is, is told the same. */
function over(object, replaced) {
  return new Proxy(object, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}

const now = Date.now;
const WORKER = { trap, overflow };

/** Makes the worker's module die the next time that it looks at the clock. */
export function arm(fault) {
  if (fault === null) return;
  if (fault === "memory") return exhaust();
  Date.now = () => {
    Date.now = now;
    return WORKER[fault]();
  };
}
