/** Tables of resources in PostgreSQL whose columns hold what they should, and whatever else their types take. */

import { IDS, SORTS, WORDS } from "./worlds.mjs";

const ROWS = 40;
/** Texts that no two of are the same byte for byte, and some of whose collations take them for the same. */
const TEXTS = ["text", "varchar(5000)", "citext", "text COLLATE anycase", 'text COLLATE "und-x-icu"', "worded", "char(12)"];
const KEYS = ["text", "varchar(300)", "citext", "text COLLATE anycase", "char(8)", "bigint", "integer", "uuid"];
const TYPES = {
  sort: TEXTS, word: TEXTS, note: TEXTS,
  count: ["bigint", "integer", "smallint"], other: ["bigint", "integer"],
  cost: ["numeric", "numeric(60, 30)", "bigint"], price: ["numeric", "numeric(60, 30)", "integer"],
  open: ["boolean"], due: ["bigint"],
};
const STORED = { kind: ["design", "build", "manage"], size: ["0", "3", "4", "7"] };
const LONG = ["y".repeat(4096), "y".repeat(4097), "é".repeat(2048), "é".repeat(2049)];
const UUIDS = ["00000000-0000-0000-0000-000000000007", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"];
const NO_IDS = ["", "a/b", "x\u0001", "\u0085", "y".repeat(256), "y".repeat(257), "é".repeat(129)];
const LAST_MOMENT = 253_402_300_799_999;
const FIRST_MOMENT = -62_167_219_200_000;

/** What tables are made of. */
export const PREPARED = `
  CREATE EXTENSION citext;
  CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
  CREATE DOMAIN worded AS text CHECK (VALUE <> 'never');
`;

const VALUES = {
  text: (random) => (random.chance(8) ? random.pick(LONG) : random.pick([...WORDS, ...SORTS, "ROOM", "Door"])),
  whole: (random) => random.pick(["0", "1", "2", "3", "4", "7", "-1", "32767", "-32768"]),
  large: (random) => random.pick(["2147483648", "9007199254740991", "-9007199254740991"]),
  decimal: (random) => random.pick(["2.5", "2.50", "10", "10.01", "-3", "49.9", "100", "9.99", "0", "0.00000000000000000000000001"]),
  unbound: (random) =>
    random.pick(["NaN", "Infinity", "-Infinity", "1e27", "9999999999999999999999999999", "1e28", "-1e28", "1e-28", "1e-29", "1e-300", "1e300", "1.0000000000000000000000000001", `2.5${"0".repeat(60)}`]),
  truth: (random) => random.pick(["true", "false"]),
  moment: (random) => String(random.pick([-1, 0, 1, 3_599_999, 3_600_000, 3_600_001].map((by) => by + Date.UTC(2026, 2, 1, 12)).concat(LAST_MOMENT, LAST_MOMENT + 1, FIRST_MOMENT, FIRST_MOMENT - 1, Date.UTC(2020, 0, 1)))),
};

function value(random, type) {
  if (type === "boolean") return VALUES.truth(random);
  if (type === "char(12)") return random.pick([...WORDS, ...SORTS, "night".padEnd(12), "twelve chars"]);
  if (type === "numeric") return random.chance(30) ? VALUES.unbound(random) : VALUES.decimal(random);
  if (type.startsWith("numeric")) return VALUES.decimal(random);
  if (/int/.test(type)) return type === "bigint" && random.chance(15) ? VALUES.large(random) : VALUES.whole(random);
  return VALUES.text(random);
}

function id(random, type) {
  if (type === "uuid") return random.pick(UUIDS);
  if (/int/.test(type)) return random.pick(["1", "7", "-7", "10"]);
  if (type === "char(8)") return random.pick([...IDS, "eight ch", "night   "]);
  return random.chance(12) ? random.pick(NO_IDS) : random.pick(IDS);
}

const literal = (text) => (text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`);
const quote = (name) => `"${name.replaceAll('"', '""')}"`;
/** A name that only works in quotes. */
const column = (name) => `the "${name.replace(".", " ")}" it's`;

/** The path of ids, if they are some. */
function pathOf(shape, ids) {
  const sound = ids.every((id) => id !== null && id !== "" && !/[/\u0000-\u001f\u007f-\u009f]/.test(id) && Buffer.byteLength(id) <= 256);
  return sound ? shape.map((type, level) => `${type}:${ids[level]}`).join("/") : null;
}

/** As whoever reads the row would supply the value. */
const SUPPLIED = {
  count: Number, other: Number,
  open: (text) => text === "t",
  due: (text) => (Number(text) >= FIRST_MOMENT && Number(text) <= LAST_MOMENT ? new Date(Number(text)).toISOString() : 0),
};

/** A table of signs, in a place of its own in the database. */
export async function table(database, random, name) {
  const shape = random.pick([["project", "sign"], ["project", "state", "sign"]]);
  const levels = random.chance(50);
  const columns = [];
  const add = (key, type) => columns.push({ key, type, name: column(key) }) - 1;
  if (!levels) add("path", random.pick(["text", "varchar(900)", "citext", "text COLLATE anycase", "text COLLATE anycase", "char(60)"]));
  for (const type of shape) add(`${type}.id`, random.pick(levels ? KEYS : KEYS.slice(0, 4)));
  add("project.kind", "text");
  add("project.size", "integer");
  // What the rows have none of.
  add("nothing", "text");
  for (const [key, types] of Object.entries(TYPES)) add(key, random.pick(types));
  // What two columns of one type do may be another thing than what each does.
  if (random.chance(40)) columns.find(({ key }) => key === "note").type = columns.find(({ key }) => key === "word").type;

  const of = new Map();
  const rows = [];
  const taken = new Set();
  for (let row = 0; row < ROWS; row++) {
    const cells = columns.map(({ key, type }) => {
      if (key === "nothing") return null;
      if (key.endsWith(".id")) return random.chance(4) ? null : id(random, type);
      return random.chance(18) ? null : value(random, type);
    });
    const at = (key) => columns.findIndex((one) => one.key === key);
    const ids = shape.map((type) => cells[at(`${type}.id`)]);
    if (!levels) {
      const path = pathOf(shape, ids);
      // Padding to a path that another row has would make two rows of one resource.
      cells[at("path")] = path !== null && [...path].length <= (columns[0].type === "char(60)" ? 60 : 900) && !taken.has(path) ? path : null;
      taken.add(path);
    }
    // What the tenant stores of a project is the same in all its rows.
    const project = String(ids[0]).trimEnd().toLowerCase();
    if (!of.has(project)) of.set(project, [random.chance(20) ? null : random.pick(STORED.kind), random.chance(20) ? null : random.pick(STORED.size)]);
    [cells[at("project.kind")], cells[at("project.size")]] = of.get(project);
    rows.push(cells);
  }
  const declared = columns.map(({ name, type }) => `${quote(name)} ${type}`).join(", ");
  const values = rows.map((cells, row) => `(${row}, ${cells.map(literal).join(", ")})`).join(",\n");
  await database.exec(`CREATE TABLE ${name} (row integer PRIMARY KEY, ${declared}); INSERT INTO ${name} VALUES ${values}`);

  // What the wire carries is what a driver hands out: the engine is told that, and not what was written.
  const text = (cell) => cell;
  const raw = Object.fromEntries([16, 20, 21, 23, 25, 1042, 1043, 1700, 2950].map((type) => [type, text]));
  const read = await database.query(`SELECT * FROM ${name} ORDER BY row`, [], { rowMode: "array", parsers: raw });
  const resources = new Map();
  const signs = read.rows.map(([, ...cells]) => {
    const get = (key) => cells[columns.findIndex((one) => one.key === key)];
    const ids = shape.map((type) => get(`${type}.id`));
    const path = levels ? pathOf(shape, ids) : get("path");
    const attributes = Object.fromEntries(
      Object.keys(TYPES).flatMap((key) => (get(key) === null ? [] : [[key, SUPPLIED[key]?.(get(key)) ?? get(key)]])),
    );
    if (path !== null) {
      const [kind, size] = [get("project.kind"), get("project.size")];
      resources.set(path.split("/")[0], { ...(kind !== null && { kind }), ...(size !== null && { size: Number(size) }) });
    }
    // A `char(n)` that is filled up with spaces is two texts: as it is sent, and as the database compares it.
    const padded = columns.some(({ type }, at) => type.startsWith("char(") && cells[at]?.endsWith(" "));
    return { path, attributes, padded };
  });
  const named = (key) => `r.${column(key)}`;
  const mapped = Object.keys(TYPES).map((key) => [`sign.${key}`, named(key)]);
  mapped.push(["project.kind", named("project.kind")], ["project.size", named("project.size")]);
  if (!levels) {
    mapped.push(["resource.id", named("sign.id")], ...shape.map((type) => [`${type}.id`, named(`${type}.id`)]));
    if (shape.length === 2) mapped.push(["state.id", named("nothing")]);
  }
  return {
    name,
    signs,
    types: Object.fromEntries(columns.map(({ key, type }) => [key, type])),
    paths: signs.flatMap(({ path }) => (path === null ? [] : [path])),
    resources: [...resources].map(([path, attributes]) => ({ path, attributes })),
    mapping: {
      dialect: "postgres",
      ...(levels ? { levels: shape.map((type) => [type, named(`${type}.id`)]) } : { path: named("path") }),
      columns: Object.fromEntries(mapped),
    },
  };
}
