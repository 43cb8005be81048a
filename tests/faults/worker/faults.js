/**
 * The shipped worker, wrapped: it fails where a test says, and shows a tenant's whole database.
 *
 * `Fault: KIND@N` on a command makes its N-th write fail, counted from one: `error` throws after the write, `before` instead
 * of it, `panic` makes the Rust code panic after it, `trap` kills the module there. `commit@0` fails the commit.
 * The command is recognised in its object by its `Idempotency-Key`, which the first statement of its transaction looks up,
 * so that others may be under way at the same time.
 * `Fail-Kv`, `Fail-Object` and `Fail-Worker` on any request make what it reaches fail, as `fail.js` says.
 */

import { arm, failing } from "./fail.js";
import { PANIC, trap } from "./hooks.js";
import Worker, { Tenant as Inner } from "./js/entry.js";

const KEY = /^idempotent\//;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP)\b/i;
/** How often each object came to be, by its id. */
const born = new Map();
/** A plan that counts every write of an object, whichever transaction it is in. */
const ANY = "any";

export default {
  async fetch(request, env, ctx) {
    const { pathname, search } = new URL(request.url);
    const [, prefix, tenant, operation] = pathname.split("/");
    if (prefix === "faults") return env.TENANT.getByName(tenant).fetch(`https://tenant.invalid/faults/${operation}${search}`);
    const tries = { object: 0 };
    const inner = async () => {
      arm(request.headers.get("Fail-Worker"));
      return Worker.fetch(request, failing(env, request.headers, tries), ctx);
    };
    const fault = request.headers.get("Fault");
    if (fault === null) {
      const answer = await inner();
      if (!request.headers.has("Fail-Object")) return answer;
      const told = new Response(answer.body, answer);
      told.headers.set("Tries", String(tries.object));
      return told;
    }
    if (fault === "acknowledge early") {
      // The control: an answer before anything is written.
      ctx.waitUntil(inner());
      return Response.json({}, { status: 202 });
    }
    const place = await digest(request.headers.get("Idempotency-Key"));
    await env.TENANT.getByName(pathname.split("/")[3]).fetch(`https://tenant.invalid/faults/arm?place=${place}&fault=${fault}`);
    return inner();
  },
};

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The object of a tenant around the shipped one, which is handed a storage that fails on request. */
export class Tenant {
  /** What is to happen, by the place of an idempotency record, or by `ANY`. */
  #plans = new Map();
  /** The plan of the transaction that is running. */
  #plan;
  #held = false;
  /** The alarm that is running, or the last one that did. */
  #alarm;
  #rollback = true;
  /** How the next statement is to fail, whatever it is. */
  #reading;
  /** What becomes of the next messages from other objects: each is lost before it is taken in, or its answer after. */
  #messages = [];
  #ctx;
  #inner;

  constructor(ctx, env) {
    this.#ctx = ctx;
    born.set(String(ctx.id), (born.get(String(ctx.id)) ?? 0) + 1);
    const sql = over(ctx.storage.sql, { exec: (statement, ...values) => this.#exec(statement, values) });
    const storage = over(ctx.storage, { sql, transactionSync: (work) => this.#transaction(work) });
    this.#inner = new Inner(over(ctx, { storage }), env);
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const [, first, operation] = pathname.split("/");
    if (first === "faults") return Response.json(await this.#told(operation, searchParams));
    const lost = operation === "message" ? this.#messages.shift() : undefined;
    this.#reading = request.headers.get("Fail") ?? this.#reading;
    if (lost === "before") throw new Error("a message that was lost");
    const answer = await this.#inner.fetch(request);
    if (lost === "after") throw new Error("an answer that was lost");
    return answer;
  }

  async alarm() {
    // Held back, or what is published would change the database while it is compared.
    if (this.#held) return;
    this.#alarm = this.#inner.alarm();
    await this.#alarm;
  }

  webSocketMessage(...given) {
    return this.#inner.webSocketMessage(...given);
  }

  webSocketClose(...given) {
    return this.#inner.webSocketClose(...given);
  }

  webSocketError(...given) {
    return this.#inner.webSocketError(...given);
  }

  async #told(operation, given) {
    switch (operation) {
      case "arm":
        this.#plans.set(given.get("place") ?? ANY, plan(given.get("fault")));
        return {};
      case "seen":
        return this.#plans.get(given.get("place") ?? ANY)?.seen ?? null;
      case "hold":
        this.#held = true;
        await this.#alarm?.catch(() => {});
        return {};
      case "release":
        this.#held = false;
        await this.#ctx.storage.setAlarm(Date.now());
        return {};
      case "rollback":
        this.#rollback = given.get("is") !== "off";
        return {};
      case "born":
        return born.get(String(this.#ctx.id));
      case "messages":
        this.#messages = given.get("lose").split(",");
        return {};
      case "pending":
        return this.#ctx.storage.sql.exec("SELECT count(*) AS pending FROM outbox WHERE pending = 1").one().pending;
      case "dump":
        return this.#dump();
      case "sums": {
        const sums = Object.entries(this.#dump()).map(async ([table, rows]) => [table, await digest(JSON.stringify(rows))]);
        return Object.fromEntries(await Promise.all(sums));
      }
      default:
        throw new Error(`no such thing: ${operation}`);
    }
  }

  /** Every table, row by row. */
  #dump() {
    const exec = (statement) => this.#ctx.storage.sql.exec(statement).raw().toArray();
    const names = exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map(([name]) => name);
    const own = names.filter((name) => !/^(_cf|sqlite_)/.test(name));
    const bytes = new TextDecoder("latin1");
    const plain = (value) => (value instanceof ArrayBuffer ? bytes.decode(value) : value);
    return Object.fromEntries(own.map((name) => [name, exec(`SELECT * FROM ${name} ORDER BY 1`).map((row) => row.map(plain))]));
  }

  #transaction(work) {
    const run = () => {
      const answer = work();
      const failing = this.#plan?.kind === "commit" && this.#plan.seen > 0;
      if (failing) throw this.#done("the commit");
      return answer;
    };
    this.#plan = this.#plans.get(ANY);
    try {
      return this.#rollback ? this.#ctx.storage.transactionSync(run) : run();
    } finally {
      this.#plan = undefined;
    }
  }

  #exec(statement, values) {
    const reading = this.#reading;
    this.#reading = undefined;
    if (reading === "trap") trap();
    if (reading === "panic") return { raw: () => [PANIC][Symbol.iterator]() };
    if (KEY.test(values[0]) && statement.startsWith("SELECT")) {
      const place = values[0].split("/").at(-1);
      this.#plan = this.#plans.get(place) ?? this.#plan;
    }
    const plan = this.#plan;
    const writes = WRITES.test(statement) && plan !== undefined;
    if (writes) plan.seen++;
    const fails = writes && plan.at === plan.seen ? plan.kind : undefined;
    if (fails === "before") throw this.#done(statement);
    const cursor = this.#ctx.storage.sql.exec(statement, ...values);
    if (fails === undefined) return cursor;
    const failure = this.#done(statement);
    if (fails === "error") throw failure;
    if (fails === "trap") trap();
    // A panic in the Rust code that reads what the statement yielded.
    return { raw: () => [PANIC][Symbol.iterator]() };
  }

  /** A plan is carried out once. */
  #done(what) {
    this.#plan.at = this.#plan.kind = undefined;
    return new Error(`a failure that was asked for: ${what.slice(0, 40)}`);
  }
}

function plan(text) {
  const [kind, at] = text.split("@");
  return { kind, at: Number(at), seen: 0 };
}

/** An object of the platform with some of its properties replaced. */
function over(object, replaced) {
  return new Proxy(object, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
