/** A project that has the packed package and an application which asks it the corpus; and ways to run what a tool made of it. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { document, scenarios } from "../../scenarios/corpus.mjs";
import { install } from "../install.mjs";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** The tools, which are installed beside this file. */
export const { resolve } = createRequire(new URL("./package.json", import.meta.url));

/** Installs the tarball into a temporary project and writes the application beside it. */
export async function project(options) {
  const made = install(options);
  const { Policy, Tenant } = await made.load("countersign/compile");
  cpSync(join(HERE, "app"), made.directory, { recursive: true });
  const cases = casesOf(Policy, Tenant);
  writeFileSync(join(made.directory, "cases.js"), cases.text);
  writeFileSync(join(made.directory, "index.html"), '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>\n');
  return { ...made, expected: { asked: { asked: cases.asked, wrong: [], explained: "allow" }, compiled: { asked: cases.compiled, wrong: [] } } };
}

/** The corpus as a module: snapshots with their questions, and one model with its tenant. */
function casesOf(Policy, Tenant) {
  const snapshots = new Map();
  for (const { model, tenant, expect } of scenarios()) {
    const loaded = Tenant.load(Policy.parse(document(model)), document(tenant));
    for (const { subject, action, resource: path, attributes, context, decision, now } of expect) {
      const key = `${tenant} ${subject} ${now}`;
      if (!snapshots.has(key)) {
        const bytes = Buffer.from(loaded.snapshot(subject, { now, ttl: 60_000 })).toString("base64");
        snapshots.set(key, { bytes, now, questions: [] });
      }
      // What a program misspells throws there; over HTTP it is a question like others.
      if (!isKnown(loaded, subject, action, path)) continue;
      snapshots.get(key).questions.push([action, attributes === undefined ? path : { path, attributes }, context ?? {}, decision]);
    }
  }
  const all = [...snapshots.values()].filter(({ questions }) => questions.length > 0);
  all.sort((one, other) => Number(other.questions[0][3] === "allow") - Number(one.questions[0][3] === "allow"));
  const { model, tenant, expect } = scenarios().find(({ file }) => file === "portal-10.toml");
  const questions = expect.map(({ subject, action, resource, context, now, decision }) => [subject, action, resource, context ?? {}, now, decision]);
  const documents = { model: document(model), tenant: document(tenant), questions };
  const text = `/** The corpus. */\nexport const snapshots = ${JSON.stringify(all)};\nexport const documents = ${JSON.stringify(documents)};\n`;
  return { text, asked: all.reduce((sum, { questions }) => sum + questions.length, 0), compiled: questions.length };
}

function isKnown(tenant, subject, action, path) {
  try {
    tenant.can(subject, action, path);
    return true;
  } catch (error) {
    assert.ok(["unknown_action", "unknown_type"].includes(error.code), error);
    return false;
  }
}

/** Runs a command in a folder and reads the last line that it printed. */
export async function printed(command, args, cwd) {
  const options = { cwd, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" }, maxBuffer: 1 << 24 };
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } catch (error) {
    // A script that has the engine in it is quoted with its error.
    throw new Error(String(error.stderr ?? error.message).split("\n").map((line) => line.slice(0, 200)).join("\n"));
  }
}

/** What the application left on a page. */
export async function onPage(browser, address) {
  const page = await browser.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  try {
    await page.goto(address);
    await page.waitForFunction(() => globalThis.answered !== undefined, undefined, { timeout: 20_000 });
    return await page.evaluate(() => globalThis.answered);
  } catch (error) {
    throw new Error(`${error.message}\n${said.join("\n")}`);
  } finally {
    await page.close();
  }
}

/** Serves a folder as files: its address, what was asked for, and how to stop. */
export async function served(folder) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    asked.push(path);
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}/`, asked, close: () => server.close() };
}
