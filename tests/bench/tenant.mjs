/** Commands a second on one tenant's object, in workerd: many writers at once, all kinds of commands, and how long each waits. */

import { existsSync, readFileSync } from "node:fs";
import { running, setUp } from "../faults/platform/account.mjs";

const WRITERS = Number(process.env.COUNTERSIGN_WRITERS ?? 16);
const SECONDS = Number(process.env.COUNTERSIGN_SECONDS ?? 10);
const WARM_UP = 2;

/** One writer's commands, over and over: members, their rights and groups, requests for approval, refusals. */
function* commands(writer) {
  for (let number = 0; ; number++) {
    const id = `w${writer}-${number}`;
    const subject = `user:${id}`;
    yield ["user:nora", "POST", "/members", { subject, name: id, user_name: `${id}@meridian.example` }, 201];
    yield ["user:nora", "PATCH", `/members/${subject}`, { name: `${id} renamed` }, 200];
    yield ["user:nora", "POST", "/assignments", { to: subject, role: "sender" }, 201];
    yield ["user:nora", "PUT", `/members/${subject}/overrides`, { permission: "document:cancel", effect: "deny" }, 200];
    yield ["user:nora", "PUT", `/groups/all/members/${subject}`, undefined, 200];
    yield ["user:nora", "POST", "/resources", { path: `document:${id}`, attributes: {} }, 201];
    yield [subject, "POST", "/requests", { action: "send", resource: `document:${id}` }, 201];
    yield ["user:rita", "POST", "/members", { subject: `user:no-${id}` }, 403];
    yield ["user:nora", "POST", `/members/${subject}/lock`, undefined, 200];
  }
}

/** The processor time that a process has had, in milliseconds, where the system tells. */
function used(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return NaN;
  const [user, system] = readFileSync(file, "utf8").split(") ")[1].split(" ").slice(11, 13).map(Number);
  return (user + system) * 10;
}

const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

const worker = await running({ faults: false });
try {
  const { manage } = await setUp(worker.ask, "meridian", "meridian", "assuresign");
  const must = async (subject, method, path, body, status, headers) => {
    const answer = await manage(subject, method, path, body, headers);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}\n${worker.server.printed.slice(-2_000)}`);
    return answer;
  };
  await must("user:nora", "POST", "/groups", { id: "all", name: "All" }, 201);
  await must("user:nora", "POST", "/approval-policies", { id: "p", permissions: ["document:send"], approvers: ["user:nora"] }, 201);

  const began = performance.now();
  const from = began + WARM_UP * 1_000;
  const until = from + SECONDS * 1_000;
  const waits = new Map();
  const before = used(worker.server.pid);
  let done = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (const command of commands(writer)) {
        if (performance.now() >= until) return;
        const answer = await must(...command, { "Idempotency-Key": `${writer}-${done++}-${Math.random()}` });
        if (performance.now() < from) continue;
        const kind = `${command[1]} ${command[2].replace(/w\d+-\d+/, "…")}${command[4] === 403 ? " (refused)" : ""}`;
        waits.set(kind, [...(waits.get(kind) ?? []), answer.took]);
      }
    }),
  );
  const row = (name, list) => {
    const sorted = list.toSorted((a, b) => a - b);
    const [half, most, nearly] = [0.5, 0.95, 0.99].map((part) => percentile(sorted, part).toFixed(1).padStart(7));
    console.log(`${name.padEnd(44)} ${(list.length / SECONDS).toFixed(1).padStart(7)}/s   p50 ${half}  p95 ${most}  p99 ${nearly} ms`);
  };
  console.log(`one object, ${WRITERS} writers, ${SECONDS} s after ${WARM_UP} s of warming up; ${done} commands in all`);
  for (const [kind, list] of waits) row(kind, list);
  row("all", [...waits.values()].flat());
  const each = (used(worker.server.pid) - before) / done;
  console.log(`${each.toFixed(2)} ms of processor time a command in workerd, which has one thread: at most ${Math.floor(1_000 / each)} a second of a whole core`);
} catch (error) {
  console.log(worker.server.printed.split("\n").filter((line) => !/"ok"/.test(line)).slice(-20).join("\n"));
  throw error;
} finally {
  await worker.stop();
}
