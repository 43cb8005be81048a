/**
 * Changes on open pages, in Chromium: how long after its command a change shows, how long 5,000 gated elements take to settle,
 * and what open sockets cost the commands.
 *
 * `COUNTERSIGN_CHANGES` says how many changes are measured, `COUNTERSIGN_SOCKETS` how many sockets are open besides.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { launch } from "../../e2e/browser.mjs";
import { serve } from "../../e2e/pages.mjs";
import { ask, freshTenant, OPERATOR, URL_OF_WORKER } from "../../e2e/worker.mjs";

const CHANGES = Number(process.env.COUNTERSIGN_CHANGES ?? 120);
const SOCKETS = Number(process.env.COUNTERSIGN_SOCKETS ?? 1_000);
const ELEMENTS = 5_000;
const ROUNDS = 40;
const PATH = "project:renovation/state:draft/sign:";
const now = () => performance.timeOrigin + performance.now();

const { name: tenant } = await freshTenant("acme");
const browser = await launch();
const figures = { changes: CHANGES, elements: ELEMENTS, sockets: SOCKETS };

/** Lets eddie edit, or not; when it was sent, and when it was acknowledged. */
async function edits(allowed, name = tenant) {
  const sent = now();
  const body = { permission: "sign:edit", scope: "/", effect: allowed ? "inherit" : "deny" };
  const answer = await ask("user:olivia", "PUT", `/v1/tenants/${name}/members/user:eddie/overrides`, { body });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return { sent, acknowledged: now() };
}

async function open(body) {
  const page = await browser.newPage();
  await serve(page, {
    "page.html": `<link rel="stylesheet" href="/package/countersign.css"><style>b { display: inline-block; width: 1em }</style>${body}<script type="module">
      import { connect } from "countersign/browser";
      const Socket = window.WebSocket;
      window.WebSocket = class extends Socket {
        constructor(...given) {
          super(...given);
          this.addEventListener("message", () => (window.arrived = performance.now()));
        }
      };
      const connection = await connect({ tenant: "${tenant}", headers: { Authorization: "Dev user:eddie" } });
      connection.gate(document.body);
      window.seen = [];
      connection.onChange(() => {
        const settled = performance.now();
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.seen.push({ arrived, settled, painted: performance.now(), at: performance.timeOrigin + performance.now(), shown: document.querySelectorAll("b:not([hidden])").length });
        requestAnimationFrame(() => channel.port2.postMessage(0));
      });
      window.connection = connection;</script>`,
  });
  await page.waitForFunction(() => window.connection?.state === "live");
  return page;
}
const seen = async (page, count) => {
  await page.waitForFunction((count) => window.seen.length >= count, count);
  return page.evaluate((count) => window.seen[count - 1], count);
};

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] * 10) / 10;
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}
const show = (what, { median, p95, most }) =>
  console.log(`  ${what.padEnd(66)} median ${String(median).padStart(7)} ms   95 % ${String(p95).padStart(7)} ms   most ${String(most).padStart(7)} ms`);

// A change on a page.
{
  const page = await open(`<b data-can="edit ${PATH}r2">Edit</b>`);
  const [sent, acknowledged] = [[], []];
  for (let change = 1; change <= CHANGES; change++) {
    const command = await edits(change % 2 === 0);
    const { at, shown } = await seen(page, change);
    if (shown !== (change % 2 === 0 ? 1 : 0)) throw new Error(`change ${change} shows ${shown}`);
    sent.push(at - command.sent);
    acknowledged.push(at - command.acknowledged);
  }
  console.log(`\n${CHANGES} changes on a page`);
  show("from sending the command until the page has painted it", (figures.sent = spread(sent)));
  show("from its acknowledgement", (figures.acknowledged = spread(acknowledged)));
  await page.close();
}

// Many elements.
for (const [what, changing] of [["one of them changes", 1], ["all of them change", ELEMENTS]]) {
  const elements = Array.from({ length: ELEMENTS }, (_, at) => `<b data-can="${at < changing ? "edit" : "view"} ${PATH}${at}">e</b>`);
  const page = await open(elements.join(""));
  const [settled, painted] = [[], []];
  for (let change = 1; change <= ROUNDS; change++) {
    await edits(change % 2 === 0);
    const times = await seen(page, change);
    if (times.shown !== (change % 2 === 0 ? ELEMENTS : ELEMENTS - changing)) throw new Error(`${times.shown} are shown`);
    settled.push(times.settled - times.arrived);
    painted.push(times.painted - times.arrived);
  }
  console.log(`\n${ELEMENTS} gated elements: ${what}`);
  show("from the message until all say what is so", (figures[`settled_${changing}`] = spread(settled)));
  show("until they are painted so", (figures[`painted_${changing}`] = spread(painted)));
  await page.close();
}
await browser.close();

// What sockets cost.
{
  const { name } = await freshTenant("acme");
  const commands = async (count) => {
    const times = [];
    for (let command = 0; command < count; command++) {
      const { sent, acknowledged } = await edits(command % 2 === 1, name);
      times.push(acknowledged - sent);
    }
    return spread(times);
  };
  await commands(40);
  const members = Array.from({ length: Math.ceil(SOCKETS / 4) }, (_, number) => ({ subject: `user:w${number}`, groups: [] }));
  for (let from = 0; from < members.length; from += 500) {
    const tenant = JSON.stringify({ members: members.slice(from, from + 500) });
    const answer = await ask(OPERATOR, "POST", `/v1/tenants/${name}/import`, { body: { tenant } });
    if (answer.status >= 300) throw new Error(answer.text);
  }
  figures.without = await commands(100);
  const address = `${URL_OF_WORKER.replace("http", "ws")}/v1/tenants/${name}/me/watch`;
  const sockets = [];
  for (let number = 0; number < SOCKETS; number++) {
    const socket = new WebSocket(address, ["countersign.v1"], { headers: { Authorization: `Dev user:w${number % members.length}` } });
    await new Promise((opened, failed) => socket.on("open", opened).on("error", failed));
    sockets.push(socket);
  }
  figures.with = await commands(100);
  // A change that concerns all of them.
  let told = 0;
  for (const socket of sockets) socket.on("message", () => told++);
  const began = now();
  const assignments = members.slice(0, 250).map(({ subject }) => ({ to: subject, role: "viewer" }));
  const given = await ask("user:olivia", "POST", `/v1/tenants/${name}/assignments/bulk`, { body: { assignments } });
  if (given.status >= 300) throw new Error(given.text);
  const wanted = sockets.length;
  while (told < wanted && now() - began < 30_000) await new Promise((soon) => setTimeout(soon, 5));
  figures.all_told = Math.round(now() - began);
  console.log(`\ncommands, ${SOCKETS} sockets of ${members.length} members being open`);
  show("without", figures.without);
  show("with", figures.with);
  console.log(`  a command that changes the rights of ${assignments.length} of them: ${told} of ${wanted} sockets were told after ${figures.all_told} ms`);
  for (const socket of sockets) socket.terminate();
}

if (process.env.COUNTERSIGN_BENCH !== undefined) {
  writeFileSync(join(process.env.COUNTERSIGN_BENCH, "live.json"), `${JSON.stringify(figures, null, 2)}\n`);
}
process.exit(0);
