/** Everything that nests, as texts of any depth: documents, conditions, paths. */

/** From one level to a hundred thousand, and around the bounds of what reads them. */
export const LEVELS = [1, 2, 8, 16, 31, 32, 33, 64, 80, 127, 128, 512, 513, 2_000, 10_000, 100_000];
/** Milliseconds that one may take at most: what is promised of a machine that does nothing else. */
export const TIME = 5;

const twice = (open, middle, close) => (levels) => open.repeat(levels) + middle + close.repeat(levels);
const chain = (one, between) => (levels) => Array(levels).fill(one).join(between);
const condition = (text) => `name = "x"
[types.a]
actions = ["b"]
attributes.list = { type = "list", of = "int" }
attributes.n = "int"
attributes.t = "string"
attributes.ok = "bool"
[[rules]]
effect = "permit"
permissions = ["a:b"]
when = '''${text}'''
`;

const documents = [
  ["toml: lists", (levels) => `name = ${twice("[", "", "]")(levels)}`],
  ["toml: open lists", (levels) => `name = ${"[".repeat(levels)}`],
  ["toml: tables", (levels) => `name = ${twice("{a=", "1", "}")(levels)}`],
  ["toml: open tables", (levels) => `name = ${"{a=".repeat(levels)}`],
  ["toml: names within names", (levels) => `name = ${twice("{a.a.a.a=", "1", "}")(levels)}`],
  ["toml: escapes", (levels) => `name = "${"\\n".repeat(levels)}"`],
  ["toml: dotted keys", (levels) => `${chain("a", ".")(levels)} = 1`],
  ["toml: headers", (levels) => `[${chain("a", ".")(levels)}]`],
  ["toml: headers of lists", (levels) => `[[${chain("a", ".")(levels)}]]`],
  ["json: lists", (levels) => `{"a":${twice("[", "", "]")(levels)}}`],
  ["json: objects", twice('{"a":', "1", "}")],
  ["json: open", twice('{"a":', "", "")],
  ["json: escapes", (levels) => `{"a":"${"\\n".repeat(levels)}"}`],
];
const each = (levels, one) => Array.from({ length: levels }, (_, at) => one(at)).join("");
const words = `name = "x"\ntypes.a.actions = ["b"]\n`;
const names = (levels, one) => words + each(levels, one) + `[roles.r${levels}]\nallow = ["a:b"]\n`;
/** Tables that name one another: each is one level. */
const models = [
  ["includes", (levels) => names(levels, (at) => `[roles.r${at}]\nincludes = ["r${at + 1}"]\n`)],
  ["a circle of includes", (levels) => words + each(levels, (at) => `[roles.r${at}]\nincludes = ["r${(at + 1) % levels}"]\n`)],
  ["includes, upwards", (levels) => words + each(levels, (at) => `roles.r${at + 1}.includes = ["r${at}"]\n`) + `roles.r0.allow = ["a:b"]\n`],
  ["parents", (levels) => words + each(levels, (at) => `[types.t${at + 1}]\nparent = "t${at}"\nactions = ["b"]\n`)],
  ["json: includes", (levels) => `{"name":"x","roles":{${each(levels, (at) => `"r${at}":{"includes":["r${at + 1}"]},`)}"z":{}}}`],
];
const tenants = [
  ["includes", (levels) => each(levels, (at) => `[[roles]]\nid = "r${at}"\nincludes = ["r${at + 1}"]\n`) + `[[roles]]\nid = "r${levels}"\n`],
];
const conditions = [
  ["parentheses", twice("(", "resource.ok", ")")],
  ["open parentheses", twice("(", "", "")],
  ["not", twice("!", "resource.ok", "")],
  ["minus", twice("-", "resource.n == 1", "")],
  ["escapes", (levels) => `resource.t == '${"\\n".repeat(levels)}'`],
  ["ands", chain("resource.ok", " && ")],
  ["ors", chain("resource.ok", " || ")],
  ["sums", (levels) => `${chain("resource.n", " + ")(levels)} == 1`],
  ["comparisons", chain("resource.n", " < ")],
  ["choices at the end", twice("resource.ok ? true : ", "resource.ok", "")],
  ["choices in the middle", twice("resource.ok ? ", "resource.ok", " : false")],
  ["choices in front", twice("(", "resource.ok", " ? true : resource.ok)")],
  ["lists", twice("[", "resource.n", "] == [1]")],
  ["items", (levels) => `resource.n in [${chain("1", ", ")(levels)}]`],
  ["maps", twice("{'a': ", "1", "}")],
  ["loops", twice("resource.list.exists(x, ", "x == 1", ")")],
  ["sizes", twice("size(", "resource.t", ") == 1")],
  ["has", twice("has(", "resource.t", ")")],
  ["methods", (levels) => `resource.t${".contains('a')".repeat(levels)}`],
  ["fields", (levels) => `resource${".t".repeat(levels)}`],
  ["indices", (levels) => `resource.list${"[0]".repeat(levels)} == 1`],
  ["groups of a pattern", (levels) => `resource.t.matches('${twice("(", "a", ")")(levels)}')`],
  ["repeats of a pattern", (levels) => `resource.t.matches('${twice("(", "a", "){9}")(levels)}')`],
];
const paths = [
  ["segments", chain("project:a", "/")],
  ["slashes", (levels) => "/".repeat(levels)],
  ["colons", (levels) => ":".repeat(levels)],
  ["an id", (levels) => `project:${"x".repeat(levels)}`],
];

/** A row each: its name, how it is written so many levels deep, and what reads it. */
export function rows({ model, tenant, question }) {
  return [
    ...documents.map(([name, make]) => [`model, ${name}`, make, model]),
    ...documents.map(([name, make]) => [`tenant, ${name}`, make, tenant]),
    ...models.map(([name, make]) => [`model, ${name}`, make, model]),
    ...tenants.map(([name, make]) => [`tenant, ${name}`, make, tenant]),
    ...conditions.map(([name, make]) => [`condition, ${name}`, (levels) => condition(make(levels)), model]),
    ...paths.map(([name, make]) => [`path, ${name}`, make, question]),
  ];
}
