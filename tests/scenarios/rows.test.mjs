/** Every row of the five systems: a page says how it is modelled, with excerpts that are in the files, and what proves it. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ACCOUNTS, scenarios } from "./corpus.mjs";

const ROOT = new URL("../../", import.meta.url);
const ROWS = { signet: 8, assuresign: 12, signagent: 9, signpath: 7, portal: 10 };
/** Rows that no question asks: they are about commands, and proven by these over HTTP. */
const COMMANDS_ALONE = ["assuresign-5", "assuresign-6", "assuresign-8", "signagent-8"];

const text = (path) => readFileSync(new URL(path, ROOT), "utf8");
const corpus = scenarios();
const expectations = corpus.flatMap(({ expect }) => expect);

test("there are as many rows as the systems promise", () => {
  assert.deepEqual(Object.keys(ROWS), Object.keys(ACCOUNTS));
});

for (const [system, count] of Object.entries(ROWS)) {
  const page = text(`docs/systems/${system}.md`);
  const rows = rowsOf(page);

  describe(system, () => {
    test("the page has every row, in order", () => {
      assert.deepEqual(rows.map(({ id }) => id), Array.from({ length: count }, (_, at) => `${system}-${at + 1}`));
    });

    for (const row of rows) test(row.id, () => assert.deepEqual(lacking(row), []));

    test("excerpts are in their files", () => assert.deepEqual(strayExcerpts(page), []));
  });
}

test("scenarios are of rows, and each file is named by a page", () => {
  const linked = Object.keys(ROWS).flatMap((system) => rowsOf(text(`docs/systems/${system}.md`)).flatMap(({ scenarios }) => scenarios));
  assert.deepEqual(linked.sort(), corpus.map(({ file }) => file).sort());
  for (const { file, expect } of corpus) {
    for (const { id } of expect) assert.ok(file === `${id}.toml` || file.startsWith(`${id}-`), `${file} has a scenario of ${id}`);
  }
});

test("what a page lacks is noticed", () => {
  const row = (body) => rowsOf(`## signet-1: a row\n\n${body}\n`)[0];
  assert.deepEqual(lacking(row("*Scenarios:* [x](../../presets/signet/scenarios/signet-1.toml)")), []);
  assert.match(lacking(row("Nothing."))[0], /no scenario/);
  assert.match(lacking(row("*Scenarios:* [x](../../presets/signet/scenarios/signet-0.toml)"))[0], /is no file/);
  assert.match(lacking(row("*Scenarios:* [x](../../presets/signet/scenarios/signet-1.toml) · *Commands:* [x](../../tests/e2e/gate.test.mjs)"))[0], /names no test/);
  const one = expectations.filter(({ id, decision }) => id === "signet-1" && decision === "allow");
  assert.match(lacking(row("*Scenarios:* [x](../../presets/signet/scenarios/signet-1.toml)"), one)[0], /no deny/);
  assert.equal(strayExcerpts("```toml presets/signet/model.toml\nname = \"signat\"\n```\n").length, 1);
});

/** The rows of a page: `{ id, scenarios, commands }`, by the names and paths of the files that prove them. */
function rowsOf(page) {
  return page.split(/^## /m).slice(1).map((section) => {
    const [id] = section.split(":");
    const after = (word) => section.match(new RegExp(`\\*${word}:\\*([^·\\n]*)`))?.[1] ?? "";
    const links = (part) => [...part.matchAll(/\]\(\.\.\/\.\.\/([^)]*)\)/g)].map(([, path]) => path);
    const paths = links(after("Scenarios"));
    return { id, paths, scenarios: paths.map((path) => path.split("/").at(-1)), commands: links(after("Commands")) };
  });
}

/** A sentence for everything that a row should have and has not. */
function lacking({ id, paths, commands }, asked = expectations) {
  const of = asked.filter((expectation) => expectation.id === id);
  const wrong = [];
  for (const path of [...paths, ...commands]) if (!existsSync(new URL(path, ROOT))) wrong.push(`${id}: ${path} is no file`);
  for (const path of commands) if (existsSync(new URL(path, ROOT)) && !isTested(id, text(path))) wrong.push(`${id}: ${path} names no test by it`);
  if (COMMANDS_ALONE.includes(id)) {
    if (commands.length === 0) wrong.push(`${id}: no test of its commands`);
    if (of.length > 0) wrong.push(`${id}: has scenarios, so it is not about commands alone`);
    return wrong;
  }
  if (paths.length === 0) wrong.push(`${id}: no scenario`);
  for (const decision of ["allow", "deny"]) {
    if (!of.some((expectation) => expectation.decision === decision)) wrong.push(`${id}: no ${decision} in its scenarios`);
  }
  return wrong;
}

/** Whether the title of a test names the row, by itself or in `x-6 to x-10`. */
function isTested(id, source) {
  const [system, number] = [id.replace(/-\d+$/, ""), Number(id.match(/\d+$/))];
  return [...source.matchAll(/\btest\("([^"]*)"/g)].some(([, title]) => {
    const ranges = [...title.matchAll(/([a-z]+)-(\d+)(?: to [a-z]+-(\d+))?/g)];
    return ranges.some(([, of, from, to = from]) => of === system && number >= Number(from) && number <= Number(to));
  });
}

/** The excerpts of a page (their fences name a file) that do not stand in their file as they are. */
function strayExcerpts(page) {
  const excerpts = [...page.matchAll(/^```toml (\S+)\n([\s\S]*?)^```$/gm)];
  return excerpts.filter(([, path, excerpt]) => !`\n${text(path)}`.includes(`\n${excerpt}`)).map(([whole]) => whole);
}
