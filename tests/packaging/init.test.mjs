/** `countersign init` on a terminal: what it asks, what it takes for an answer, and that Ctrl-C writes nothing. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

/** Built by the native tests. */
const COMMAND = process.env.COUNTERSIGN_COMMAND ?? fileURLToPath(new URL("../../target/debug/countersign", import.meta.url));
const DRIVER = fileURLToPath(new URL("terminal.py", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "countersign-init-"));
after(() => rmSync(root, { recursive: true, force: true }));

const WHAT = "Number or name [empty]: ";
const WHERE = "Into which folder [.]: ";
const WRITE = "Write them [yes]: ";
const [CTRL_C, CTRL_D] = ["\u0003", "\u0004"];

/** Runs `countersign init` in a folder and answers each question that is waited for. */
function init(folder, ...steps) {
  const command = ["env", "NO_COLOR=1", "TERM=xterm", COMMAND, "init"];
  const asked = { folder, command, steps: steps.map(([wait, send]) => ({ wait, send })) };
  const { stdout, stderr, status } = spawnSync("python3", [DRIVER], { input: JSON.stringify(asked), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { shown, code, left } = JSON.parse(stdout);
  assert.deepEqual(left, [], shown);
  return { code, shown: shown.replaceAll("\r\n", "\n") };
}

/** A folder of a test's own, with these files. */
function folder(name, files = {}) {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

const check = (name, files, steps, { code, shown, there }) =>
  test(name, () => {
    const path = folder(name, files);
    const done = init(path, ...steps);
    assert.equal(done.code, code, done.shown);
    for (const text of shown) assert.ok(done.shown.includes(text), `${text} is not in\n${done.shown}`);
    assert.deepEqual(readdirSync(path).sort(), there);
    for (const [file, text] of Object.entries(files)) assert.equal(readFileSync(join(path, file), "utf8"), text);
  });

const ALL = ["model.toml", "scenarios", "tenant.toml"];
const MINE = { "model.toml": "mine" };
check("the usual answers", {}, [[WHAT, "\n"], [WHERE, "\n"], [WRITE, "\n"]], { code: 0, shown: ["3 files were written into .", "countersign test scenarios --coverage"], there: ALL });
check("by number into a folder", {}, [[WHAT, "5\n"], [WHERE, "access\n"], [WRITE, "y\n"]], { code: 0, shown: ["  access/scenarios/"], there: ["access"] });
check("what there is not is asked again", {}, [[WHAT, "signett\n"], ["did you mean `signet`?", ""], [WHAT, "signet\n"], [WHERE, "\n"], [WRITE, "\n"]], { code: 0, shown: [], there: ALL });
check("what is there is kept", MINE, [[WHAT, "1\n"], [WHERE, "\n"], ["there is already: model.toml", ""], [WHERE, "b\n"], [WRITE, "\n"]], { code: 0, shown: [], there: ["b", "model.toml"] });
check("no is no", {}, [[WHAT, "1\n"], [WHERE, "\n"], [WRITE, "n\n"]], { code: 1, shown: ["nothing was written"], there: [] });
check("Ctrl-D is no", {}, [[WHAT, "1\n"], [WHERE, CTRL_D]], { code: 1, shown: ["nothing was written"], there: [] });
check("Ctrl-C ends it", {}, [[WHAT, "1\n"], [WHERE, "\n"], [WRITE, CTRL_C]], { code: -2, shown: [], there: [] });

test("a terminal shows lines of 80 columns", () => {
  const { shown } = init(folder("lines"), [WHAT, CTRL_D]);
  assert.ok(existsSync(COMMAND) && shown.includes("What do you begin with?"), shown);
  for (const line of shown.split("\n")) assert.ok(line.length <= 80, line);
});
