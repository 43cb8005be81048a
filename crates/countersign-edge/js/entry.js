/**
 * The worker's entry: the generated one; before it what needs nothing but memory, and after it an answer for those who wait
 * for an instance of the module that is dead.
 *
 * A request without a body is first put to the module in one call. Where that decides, this file carries the verdict out:
 * it sends on what the module says with the headers that it says, and knows nothing of why.
 *
 * A stack that overflows, memory that runs out or any other trap ends the instance with everything that is under way in
 * it: its promises are never settled, and who awaits them would wait for ever. The loader makes a new instance for the next
 * call. So whoever has waited for a while looks whether the instance that it was handed to is still the one in use.
 */

import Worker, { Tenant as Inner } from "../build/index.js";

/** Between two looks, in milliseconds. A request that is answered sooner is never looked after. */
const LOOK_EVERY = 400;
/** The loader's number of instances. */
const state = globalThis.__worker_init_state;
const DEAD = Symbol("dead");
const REQUEST_ID = "x-request-id";
/** The first line behind the numbers and the line for the log. */
const FIRST = 2;
/** What the module exports, without the glue's way round for each look at it. */
const glue = Worker.prototype;
/**
 * How an origin is asked that is not bound: past the platform's cache, which knows answers by address, and not by who asked.
 */
const UNCACHED = { cache: "no-store" };
/** What each level of a line for the log is written with. */
const LEVELS = { 1: (line) => console.log(line), 2: (line) => console.error(line) };

/** What `call` comes to, or `DEAD` if the instance that was called is. */
async function attended(call) {
  let timer;
  try {
    const answer = call();
    const instance = state.instanceId;
    const dead = new Promise((resolve) => {
      const look = () => (isDead(instance) ? resolve(DEAD) : (timer = setTimeout(look, LOOK_EVERY)));
      timer = setTimeout(look, LOOK_EVERY);
    });
    return await Promise.race([answer, dead]);
  } catch (error) {
    const died = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    if (died || isDead(state.instanceId)) return DEAD;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Puts a new instance in place of a dead one. The glue does so by itself, but only after it has written a text into the old
 * one's memory: whoever hands over a text comes here first.
 */
function renew() {
  glue.countersignAlive();
}

function isDead(instance) {
  try {
    renew();
  } catch {
    return true;
  }
  return state.instanceId !== instance;
}

function log(code, id) {
  console.error(JSON.stringify({ level: "error", code, request: id, detail: "the instance of the module is dead" }));
}

/**
 * The same answer as for every other fault: nothing was decided. The id that the module gave the request went with it;
 * one that it was sent with is still there.
 */
function dead(code, { url, headers: sent }) {
  try {
    renew();
    return glue.countersignDied(code, url, sent.get(REQUEST_ID) ?? undefined);
  } catch {
    return without(code);
  }
}

/** What is answered where there is no instance of the module at all. */
function without(code) {
  const id = crypto.randomUUID();
  log(code, id);
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", [REQUEST_ID]: id };
  return new Response('{"type":"about:blank","title":"Service Unavailable","status":503}', { status: 503, headers });
}

/** What the module's memory decides of a request, line by line; nothing where it has to ask, `DEAD` where that was its end. */
function atOnce(request) {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") return undefined;
  try {
    let count = 0;
    let all = "";
    for (const [name, value] of headers) {
      if (name === "upgrade") return undefined;
      all += `\n${name}\n${value}`;
      count += 1;
    }
    renew();
    return glue.countersignAtOnce(`${count}\n${method}\n${request.url}${all}`)?.split("\n");
  } catch {
    return DEAD;
  }
}

/** Sends a request on as it was decided; body and status of the answer are the origin's. */
async function forwarded(request, env, lines, [sent, answered, bound]) {
  try {
    // Its headers can be changed, and the platform copies them once only.
    const outgoing = new Request(lines[FIRST + 1], request);
    const { headers } = outgoing;
    let at = FIRST + 2;
    const rest = at + 2 * Number(sent);
    const end = rest + 2 * Number(answered);
    for (let name = end; name < lines.length; name += 1) headers.delete(lines[name]);
    for (; at < rest; at += 2) headers.set(lines[at], lines[at + 1]);
    const response = await (bound === "1" ? env.ORIGIN.fetch(outgoing) : fetch(outgoing, UNCACHED));
    const copy = new Response(response.body, response);
    const own = copy.headers;
    for (; at < end; at += 2) {
      // What the origin says of times stays beside what is said here.
      if (lines[at] === "server-timing") own.append(lines[at], lines[at + 1]);
      else own.set(lines[at], lines[at + 1]);
    }
    return copy;
  } catch (error) {
    renew();
    return glue.countersignOriginFailed(error, lines[FIRST]);
  }
}

/** An answer of the module's own. */
function answered(lines, status, count) {
  const headers = new Headers();
  const body = FIRST + 2 * count;
  for (let at = FIRST; at < body; at += 2) headers.append(lines[at], lines[at + 1]);
  const text = lines.slice(body).join("\n");
  return new Response(text === "" ? null : text, { status, headers });
}

export default {
  fetch(request, env, ctx) {
    const lines = atOnce(request);
    if (lines === undefined) return asked(request, env, ctx);
    if (lines === DEAD) return dead("worker_trap", request);
    const [due, level, status, ...counts] = lines[0].split(" ");
    LEVELS[level]?.(lines[1]);
    if (due === "1") ctx.waitUntil(glue.countersignRefresh(env));
    return status === "0" ? forwarded(request, env, lines, counts) : answered(lines, Number(status), Number(counts[0]));
  },
};

/** The long way: the module asks whom it must. */
async function asked(request, env, ctx) {
  const answer = await attended(() => new Worker(ctx, env).fetch(request));
  return answer === DEAD ? dead("worker_trap", request) : answer;
}

export class Tenant extends Inner {
  async fetch(request) {
    const answer = await attended(() => super.fetch(request));
    if (answer !== DEAD) return answer;
    log("object_trap", request.headers.get(REQUEST_ID));
    return new Response("object_trap", { status: 503 });
  }

  async alarm(info) {
    const answer = await attended(() => super.alarm(info));
    if (answer !== DEAD) return answer;
    log("object_trap");
    // The platform calls again.
    throw new Error("object_trap");
  }
}
