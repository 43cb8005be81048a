/** The gate's figures of a run as Markdown: what it costs beside a bare worker, what a start costs, and what stays. */

import { grid } from "./table.mjs";

/** The gate's section. */
export function gateSection({ gate, start, soak }) {
  return `## The gate

The built worker in workerd with an origin bound to it that answers at once, beside a bare worker that passes everything on to the same origin (\`env.ORIGIN.fetch(request)\`), and a script that decides nothing: it hands the request's headers on but for five, adds nine, copies the response and sets two headers on it.
They take turns, ${gate.rounds} rounds of ${gate.seconds} s each after 20,000 requests to be warm, over 16 connections from the same machine; the gate writes a line of its log for each request.

${table(
  ["figure", "**gate**", "script", "bare", "bar", "verdict"],
  Object.entries(gate.loads).flatMap(([load, of]) => loadRows(LOADS[load], of, gate.bar)),
)}

A start is from the start of workerd's process to the first answer, ${start.rounds} times in turn with a workerd that has a bare script; what is computed until then has a grain of 10 ms.

${table(["figure", "**gate**", "bare", "bar", "verdict"], startRows(start, gate))}

The soak is ${soak.tenants} tenants of ${soak.members.toLocaleString("en")} members each on one worker, with random reads, strict writes, snapshots, strangers and commands for ${soak.seconds} s over 12 connections once it is warm.

${table(["figure", "**gate**", "bar", "verdict"], soakRows(soak))}
`;
}

const LOADS = { one: "one request again and again", varied: "4,000 different requests" };

function loadRows(load, { bare, script, gate }, bar) {
  const each = (read) => [gate, script, bare].map(read);
  return [
    [`Requests a second, ${load}`, ...each(({ rate }) => number(rate)), "", ""],
    [`Share of the bare worker's, ${load}`, share(gate), share(script), "", `≥ ${percent(bar)}`, verdict(gate.share >= bar)],
    [`Computing a request, ${load}`, ...each(({ computing }) => `${computing} µs`), "none", "no bar"],
    [`Latency, 50 % and 99 %, ${load}`, ...each(({ p50, p99 }) => `${p50} and ${p99} ms`), "none", "no bar"],
  ];
}

function startRows(start, gate) {
  const spread = ({ median, low, high }) => `${median} ms (${low} to ${high})`;
  return [
    ["From start to first answer", spread(start.worker_ms), spread(start.bare_ms), "none", "no bar"],
    ["Computed until then", spread(start.worker_computing_ms), spread(start.bare_computing_ms), "none", "no bar"],
    ["How much later the worker answers first", spread(start.start_ms), "", "1 s, the platform's", verdict(start.start_ms.median <= 1_000)],
    ["An isolate's first request through the gate", spread(start.first_ms), "", "none", "no bar"],
    ["KV reads of an isolate's first request: policy, subject, group, attributes", `${start.reads_cold}`, "", "4", verdict(start.reads_cold <= 4)],
    ["KV reads of the next one", `${start.reads_warm}`, "", "0", verdict(start.reads_warm === 0)],
    ["Worker bundle, gzip", `${number(gate.bundle)} KB`, "", "1,024 KB", verdict(gate.bundle <= 1_024)],
  ];
}

function soakRows(soak) {
  const [, second, , last] = need(soak, "memory by quarters, MiB");
  const [settled, end] = need(soak, "module's memory: settled and last, MiB");
  const [p50, , p99] = need(soak, "ms, p50 / p95 / p99 / max");
  const wrong = need(soak, "wrong answers and errors");
  return [
    ["Requests", number(need(soak, "requests")), "none", "no bar"],
    ["Wrong answers and errors", number(wrong), "0", verdict(wrong === 0)],
    ["Latency, 50 % and 99 %", `${p50} and ${p99} ms`, "none", "no bar"],
    ["The module's memory, warm and at the end", `${settled} and ${end} MiB`, "no growth", verdict(end <= settled)],
    ["The process, second quarter and last", `${second} and ${last} MiB`, "none", "no bar"],
  ];
}

/** A figure that must have been left. */
function need(figures, name) {
  if (figures[name] === undefined) throw new Error(`there is no figure "${name}"`);
  return figures[name];
}

const number = (value) => value.toLocaleString("en");
const percent = (share) => `${Math.round(share * 100)} %`;
const share = (of) => percent(of.share);
const verdict = (met) => (met ? "met" : "missed");

function table(heads, rows) {
  return grid([heads, heads.map((_, at) => (at === 0 || at > heads.length - 3 ? "---" : "---:")), ...rows]);
}
