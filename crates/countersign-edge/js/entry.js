/**
 * The worker's entry: the generated one, and an answer for those who wait for an instance of the module that is dead.
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

function isDead(instance) {
  try {
    Worker.prototype.countersignAlive();
  } catch {
    return true;
  }
  return state.instanceId !== instance;
}

function log(code) {
  console.error(JSON.stringify({ level: "error", code, detail: "the instance of the module is dead" }));
}

/** The same answer as for every other fault: nothing was decided. */
function unavailable() {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response('{"type":"about:blank","title":"Service Unavailable","status":503}', { status: 503, headers });
}

export default class extends Worker {
  async fetch(request) {
    const answer = await attended(() => super.fetch(request));
    if (answer !== DEAD) return answer;
    log("worker_trap");
    return unavailable();
  }
}

export class Tenant extends Inner {
  async fetch(request) {
    const answer = await attended(() => super.fetch(request));
    if (answer !== DEAD) return answer;
    log("object_trap");
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
