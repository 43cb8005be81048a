/** The audit log taken away: as lines that anybody can verify, with a checkpoint that was signed by none who keeps it. */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, freshTenant, OPERATOR } from "./worker.mjs";

const KEY = readFileSync(join(process.env.COUNTERSIGN_STATE, "countersign-checkpoint-key"), "utf8");

/** All lines, from link to link. */
async function exported(path) {
  const lines = [];
  for (let next = path; next !== undefined; ) {
    const answer = await ask(OPERATOR, "GET", next);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.type, "application/x-ndjson");
    lines.push(...answer.text.split("\n").filter((line) => line !== ""));
    next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return lines;
}

/** The number of the last entry of an unbroken chain and its hash. */
function chained(lines) {
  let last = { seq: 0, hash: "" };
  for (const line of lines) {
    const { hash, ...rest } = JSON.parse(line);
    assert.equal(rest.seq, last.seq + 1);
    assert.equal(rest.previous, last.hash);
    assert.equal(createHash("sha256").update(line.replace(`"hash":"${hash}"}`, `"hash":""}`)).digest("hex"), hash, line);
    last = { seq: rest.seq, hash };
  }
  return last;
}

test("an exported log is unbroken, and ends where the checkpoint says", async () => {
  const { name } = await freshTenant("acme");
  for (let round = 0; round < 510; round += 30) {
    const adding = Array.from({ length: 30 }, (_, index) =>
      ask(OPERATOR, "POST", `/v1/tenants/${name}/groups`, { body: { id: `g${round + index}`, name: "A group" } }),
    );
    for (const { status, text } of await Promise.all(adding)) assert.equal(status, 201, text);
  }
  const lines = await exported(`/v1/tenants/${name}/audit/lines`);
  const checkpoint = await ask(OPERATOR, "GET", `/v1/tenants/${name}/audit/checkpoint`);
  const { tenant, seq, hash, at, signature } = checkpoint.data;
  assert.deepEqual({ seq, hash }, chained(lines));
  assert.deepEqual([tenant, lines.length > 500], [name, true]);
  const said = `countersign checkpoint 1\n${JSON.stringify([tenant, seq, hash, at])}`;
  assert.equal(signature, createHmac("sha256", KEY).update(said).digest("hex"));
  // The same check finds a line that was changed, and one that is missing.
  assert.throws(() => chained(lines.map((line, index) => (index === 7 ? line.replace("A group", "Another") : line))));
  assert.throws(() => chained(lines.toSpliced(7, 1)));
});

test("who may not export it sees neither", async () => {
  const { name } = await freshTenant("acme");
  for (const path of ["audit/lines", "audit/checkpoint"]) {
    for (const [subject, expected] of [["user:vera", 403], ["user:nobody", 404], [OPERATOR, 200]]) {
      const { status } = await ask(subject, "GET", `/v1/tenants/${name}/${path}`);
      assert.equal(status, expected, `${subject} ${path}`);
    }
  }
});
