/**
 * Plans in SQL, carried out by PostgreSQL: the rows that come out are those on which `can` says yes.
 * `COUNTERSIGN_SEED` repeats a run, and `COUNTERSIGN_CASES` says over how many tables.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { PGlite } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { Random } from "./postgres/random.mjs";
import { LOOSENED, MISTAKES } from "./postgres/mistakes.mjs";
import { PREPARED, table } from "./postgres/table.mjs";
import { ACTIONS, allowing, ATOMS, forbidding, model, NOW, SUBJECTS, tenant, UNSAID } from "./postgres/worlds.mjs";

const SEED = Number(process.env.COUNTERSIGN_SEED ?? 4_000);
const TABLES = Number(process.env.COUNTERSIGN_CASES ?? 40);
/** Worlds over each table. */
const WORLDS = 5;

// The database is a large module: compiling it for speed takes longer than all that it does here.
setFlagsFromString("--liftoff-only");

let database;
before(async () => {
  database = await PGlite.create({ extensions: { citext } });
  await database.exec(PREPARED);
});
after(() => database?.close());

async function found(rows, { text, parameters }) {
  const read = await database.query(`SELECT row FROM ${rows.name} AS r WHERE ${text} ORDER BY row`, parameters);
  return read.rows.map(({ row }) => row);
}

/** The rows on which the subject may do this. */
function allowed(tenant, subject, action, rows, context, options) {
  return rows.signs.flatMap(({ path, attributes }, row) => {
    if (path === null) return [];
    return tenant.can(subject, action, { path, attributes }, context, options) ? [row] : [];
  });
}

/** What is found of what is allowed: all of it, or where a `char(n)` is filled up, some. */
const differs = (rows, wanted, got) => got.some((row) => !wanted.includes(row)) || wanted.some((row) => !got.includes(row) && !rows.signs[row].padded);

/** Plans of worlds over tables, each with what it should find. */
async function* plans(first, tables) {
  for (let seed = first; seed < first + tables; seed++) {
    const random = new Random(seed);
    const rows = await table(database, random, `rows_${seed}`);
    for (let world = 0; world < WORLDS; world++) {
      const text = model(random);
      const data = tenant(random, rows.paths, rows.resources);
      const policy = Policy.parse(text);
      const loaded = Tenant.load(policy, data);
      for (const subject of SUBJECTS) {
        const context = { cost: random.pick(["49.9", "50"]), level: random.pick([2, 5]) };
        for (const action of ACTIONS) {
          const plan = loaded.plan(subject, action, "sign", context, { now: NOW });
          const told = () => JSON.stringify({ seed, world, subject, action, context, plan, data, types: rows.types }, undefined, 1) + text;
          yield { rows, plan, sql: plan.sql(rows.mapping), wanted: allowed(loaded, subject, action, rows, context, { now: NOW }), told };
        }
      }
      loaded.free();
      policy.free();
    }
    await database.exec(`DROP TABLE rows_${seed}`);
  }
}

test("PostgreSQL finds the rows that `can` allows", async () => {
  const sum = { plans: 0, found: 0, partial: 0 };
  for await (const { rows, plan, sql, wanted, told } of plans(SEED, TABLES)) {
    const got = await found(rows, sql).catch((error) => assert.fail(`${error}\n${sql.text}\n${told()}`));
    if (differs(rows, wanted, got)) {
      const rest = [...wanted.filter((row) => !got.includes(row)), ...got.filter((row) => !wanted.includes(row))];
      assert.deepEqual(got, wanted, `${JSON.stringify(sql)}\n${told()}\n${JSON.stringify(rest.map((row) => [row, rows.signs[row]]))}`);
    }
    sum.plans++;
    sum.found += got.length;
    sum.partial += plan.kind === "when" && got.length > 0 && got.length < rows.signs.length;
  }
  assert.ok(sum.partial > sum.plans / 5 && sum.found > 3 * sum.plans, JSON.stringify(sum));
});

test("the comparison finds every guard that is missing", async () => {
  let left = MISTAKES;
  for await (const { rows, sql, wanted } of plans(7_000, 60)) {
    const still = [];
    for (const mistake of left) {
      const [, guard, undone] = mistake;
      const text = sql.text.replace(guard, undone);
      const got = text === sql.text ? wanted : await found(rows, { ...sql, text }).catch(() => wanted);
      if (!differs(rows, wanted, got)) still.push(mistake);
    }
    left = still;
    if (left.length === 0) break;
  }
  assert.deepEqual(left.map(([what]) => what), []);
});

/** What drivers hand out as something else than the attribute's kind is made of. */
const WRONG = {
  word: { bytea: "\\x6e69676874", "bit(5)": "10101", varbit: "1", "text[]": "{night}", jsonb: '"night"', json: '"night"', integer: "7", boolean: "t", sorts: "night", uuid: "00000000-0000-0000-0000-000000000007", inet: "10.1.2.3", tsvector: "night", '"char"': "n" },
  sort: { bytea: "\\x726f6f6d", "bit(5)": "10101", "text[]": "{room}", jsonb: '"room"', integer: "7", sorts: "room", inet: "10.1.2.3" },
  count: { numeric: "7", "numeric(9, 1)": "2.5", float8: "7", text: "7", boolean: "t", timestamptz: "now", "bigint[]": "{7}", jsonb: "7", money: "7", "bit(8)": "00000111", interval: "7 days", date: "2026-03-01" },
  cost: { float8: "2.5", "double precision": "NaN", real: "Infinity", text: "2.5", money: "2.5", boolean: "t", jsonb: "2.5", interval: "7 days" },
  open: { integer: "1", text: "true", "bit(1)": "1", jsonb: "true", bigint: "1" },
  due: { timestamptz: "2026-03-01T12:00:00Z", "timestamp with time zone": "infinity", timestamp: "2020-01-01", date: "2020-01-01", numeric: "1772366400000", float8: "1772366400000", text: "1772366400000", interval: "1 day" },
};

test("a column of a type that its attribute has none of finds no row, or is refused", async () => {
  await database.exec("CREATE TYPE sorts AS ENUM ('night', 'room')");
  const path = "project:p1/sign:s1";
  const attributes = { word: 5, sort: 5, count: "x", cost: "x", open: "x", due: "x" };
  let refused = 0;
  let left = LOOSENED;
  const some = async (text, parameters) => (await database.query(`SELECT path FROM wrong WHERE ${text}`, parameters).catch(() => ({ rows: [] }))).rows.length > 0;
  for (const [key, types] of Object.entries(WRONG)) {
    const cells = Object.entries(types);
    await database.exec(`CREATE TABLE wrong (path text, ${cells.map(([type], at) => `c${at} ${type}`).join(", ")})`);
    await database.exec(`INSERT INTO wrong VALUES ('${path}', ${cells.map(([, value]) => `'${value}'`).join(", ")})`);
    const reads = ATOMS.filter((atom) => !atom.includes("has(") && [...atom.matchAll(/(resource|project|state|context)\.(\w+)/g)].every(([, , name]) => name === key));
    assert.ok(reads.length > 0, key);
    for (const text of reads.flatMap((atom) => [allowing(atom), allowing(`!(${atom})`), forbidding(atom), forbidding(`!(${atom})`)])) {
      const data = { members: [{ subject: "user:ann", attributes: { team: "night", licensed: true, limit: "10", teams: ["night"] } }], assignments: [{ to: "user:ann", role: "r0" }] };
      const loaded = Tenant.load(Policy.parse(text), data);
      const can = loaded.can("user:ann", "view", { path, attributes }, undefined, { now: NOW });
      for (const [at, [type]] of cells.entries()) {
        const sql = loaded.plan("user:ann", "view", "sign", undefined, { now: NOW }).sql({ dialect: "postgres", path: "path", columns: { [`sign.${key}`]: `c${at}` } });
        const read = await database.query(`SELECT path FROM wrong WHERE ${sql.text}`, sql.parameters).catch(() => undefined);
        refused += read === undefined;
        assert.ok(read === undefined || can || read.rows.length === 0, `${type}\n${text}\n${sql.text}`);
        for (const mistake of left) {
          const [of, guard, undone] = mistake;
          const loose = sql.text.replace(guard, undone);
          if (of === key && !can && loose !== sql.text && (await some(loose, sql.parameters))) left = left.filter((one) => one !== mistake);
        }
      }
      loaded.free();
    }
    await database.exec("DROP TABLE wrong");
  }
  assert.ok(refused > 500, `${refused}`);
  assert.deepEqual(left.map(([of]) => of), []);
});

test("what SQL does otherwise is refused: lists in arrays, addresses, patterns, arithmetic", () => {
  for (const atom of UNSAID) {
    const loaded = Tenant.load(Policy.parse(allowing(atom)), { members: [{ subject: "user:ann", attributes: { team: "day" } }], assignments: [{ to: "user:ann", role: "r0" }] });
    const columns = Object.fromEntries(["word", "count", "tags", "from_ip", "due"].map((name) => [`sign.${name}`, name]));
    const plan = loaded.plan("user:ann", "view", "sign", undefined, { now: NOW });
    assert.throws(() => plan.sql({ dialect: "postgres", path: "path", columns }), { code: "sql_inexact" }, atom);
    loaded.free();
  }
});
