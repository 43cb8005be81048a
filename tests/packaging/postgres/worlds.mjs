/** Random models and tenants, whose conditions read what a table has columns for. */

export const NOW = Date.UTC(2026, 2, 1, 12);
export const SUBJECTS = ["user:ann", "user:bob"];
export const ACTIONS = ["view", "edit"];
export const WORDS = ["night", "nigh", "day", "%", "a_b%", "Night", "NIGHT", "é", "É", "", "build", "日本 night", "night ", " night", "7"];
export const SORTS = ["room", "door", "Fire exit", "é"];
export const IDS = ["p1", "p10", "1", "7", "007", "7.0", " 7", "P1", "a'b", "a\"b", "50%", "_x", "é", "É", "日本", "a:b", "x y", "true", "p1 "];

const VOCABULARY = `
name = "rows"
[types.project]
actions = ["view"]
attributes.kind = { one_of = ["design", "build", "manage"] }
attributes.size = "int"
[types.state]
parent = "project"
actions = ["view"]
[types.sign]
parent = ["state", "project"]
actions = ["view", "edit"]
attributes.sort = { one_of = ${JSON.stringify(SORTS)}, from = "request" }
attributes.word = { type = "string", from = "request" }
attributes.note = { type = "string", from = "request" }
attributes.count = { type = "int", from = "request" }
attributes.other = { type = "int", from = "request" }
attributes.cost = { type = "decimal", from = "request" }
attributes.price = { type = "decimal", from = "request" }
attributes.open = { type = "bool", from = "request" }
attributes.due = { type = "timestamp", from = "request" }
attributes.tags = { type = "list", of = "string", from = "request" }
attributes.from_ip = { type = "ip", from = "request" }
[subject.attributes]
team = "string"
licensed = "bool"
limit = "decimal"
teams = { type = "list", of = "string" }
[context]
cost = "decimal"
level = "int"
`;

export const ATOMS = [
  "subject.licensed", "subject.team == 'night'", "context.cost < 50", "context.level > 3",
  "project.kind == 'build'", "project.kind != 'build'", "project.size > 3", "project.size >= context.level", "project.id == 'p1'",
  "project.id in subject.teams", "project.id != '007'", "project.id == '7'", "state.id == '7'", "state.id in ['1', 'é']", "has(project.size)",
  "resource.id == '7'", "resource.id != 'p1'", "resource.id in ['p1', 'true', 'a:b']", "resource.id < 'b'",
  "resource.sort == 'room'", "resource.sort != 'room'", "resource.sort in ['door', 'é']", "has(resource.sort)", "size(resource.sort) > 4", "resource.sort == resource.word",
  "resource.sort.startsWith('r')", "resource.sort >= 'd'",
  "resource.word == 'night'", "resource.word != 'night'", "resource.word == subject.team", "resource.word in subject.teams", "resource.word < 'm'",
  "resource.word.startsWith('n')", "resource.word.endsWith('night')", "resource.word.contains('%')", "resource.word.contains('igh')", "resource.word.endsWith('')",
  "resource.word.startsWith(resource.note)", "resource.word.contains(resource.note)", "resource.word.endsWith(resource.note)", "resource.word == resource.note", "resource.word != resource.note",
  "resource.word <= resource.note", "resource.word in [resource.note, 'day']", "size(resource.word) > 4", "size(resource.word) == size(resource.note)", "size(resource.word) > 4095",
  "has(resource.word) && !has(resource.note)", "(resource.open ? resource.word : resource.note) == 'night'",
  "resource.count > 3", "resource.count == resource.other", "resource.count in [1, 2, context.level]", "resource.count != resource.other", "resource.count < 2147483648",
  "(subject.licensed ? resource.count : resource.other) >= 2", "resource.count <= project.size",
  "resource.cost > 10", "resource.cost == 2.5", "resource.cost != 2.5", "resource.cost <= subject.limit", "resource.cost < resource.price", "resource.cost == resource.price",
  "resource.cost < 0.0000000000000000000000000001", "resource.cost > 999999999999999999999999999.0", "resource.cost in [2.5, 10.0, context.cost]",
  "(resource.open ? resource.cost : resource.price) > 3",
  "resource.open", "resource.open == subject.licensed", "!has(resource.open)", "resource.open ? resource.count > 2 : has(resource.word)",
  "resource.due < now", "resource.due >= now + duration('1h')", "resource.due == timestamp('2026-03-01T12:00:00Z')", "resource.due != timestamp('2020-01-01T00:00:00Z')",
];

/** What SQL does not say in the same way, or not at all. */
export const UNSAID = [
  "resource.word.matches('^[a-n]+$')", "resource.count + 1 > 3", "-resource.count < 0", "'night' in resource.tags", "subject.team in resource.tags",
  "resource.tags.exists(t, t == 'night')", "cidr('10.0.0.0/8').containsIP(resource.from_ip)", "resource.from_ip == ip('10.1.2.3')", "resource.due.getFullYear() == 2026",
];

/** A condition of those atoms. */
function condition(random, depth) {
  if (depth === 0 || random.chance(45)) return random.pick(ATOMS);
  const one = condition(random, depth - 1);
  const way = random.below(6);
  if (way === 0) return `!(${one})`;
  const other = condition(random, depth - 1);
  if (way < 5) return `(${one}) ${way < 3 ? "&&" : "||"} (${other})`;
  return `(${one}) ? (${other}) : (${condition(random, depth - 1)})`;
}

const quoted = (text) => JSON.stringify(text);

/** A model with conditions in its roles and rules. */
export function model(random) {
  const parts = [VOCABULARY];
  for (let role = 0; role < 3; role++) {
    parts.push(`[roles.r${role}]\nallow = ["sign:${random.pick(["*", "view", "edit"])}"]`);
    if (random.chance(15)) parts.push(`deny = ["sign:edit"]`);
    if (random.chance(60)) parts.push(`when = ${quoted(condition(random, 2))}`);
  }
  for (let rule = 0; rule < random.pick([0, 0, 1, 1, 2]); rule++) {
    parts.push(`[[rules]]\neffect = "${random.pick(["permit", "forbid", "forbid"])}"\npermissions = ["sign:${random.pick(["view", "edit"])}"]\nwhen = ${quoted(condition(random, 2))}`);
  }
  return parts.join("\n");
}

/** A model in which this condition allows, and one in which it forbids. */
export const allowing = (when) => `${VOCABULARY}[roles.r0]\nallow = ["sign:view"]\nwhen = ${quoted(when)}`;
export const forbidding = (when) =>
  `${VOCABULARY}[roles.r0]\nallow = ["sign:view"]\n[[rules]]\neffect = "forbid"\npermissions = ["sign:view"]\nwhen = ${quoted(when)}`;

/** Members and what they hold; scopes are taken from the paths. */
export function tenant(random, paths, resources) {
  const scope = () => {
    if (paths.length === 0 || random.chance(25)) return "/";
    const segments = random.pick(paths).split("/");
    const near = segments.slice(0, 1 + random.below(segments.length)).join("/");
    // Ids that other columns would take for the same.
    return random.chance(25) ? near.replace(/:[^/:]*$/, `:${random.pick(IDS)}`) : near;
  };
  const members = SUBJECTS.map((subject) => ({
    subject,
    attributes: { team: random.pick(WORDS), licensed: random.chance(60), limit: random.pick(["10", "2.50", "49.9"]), teams: random.many([...WORDS, ...IDS], 4) },
  }));
  const each = (most, of) => SUBJECTS.flatMap((subject) => Array.from({ length: random.below(most + 1) }, () => of(subject)));
  return {
    members,
    assignments: each(4, (to) => ({ to, role: `r${random.below(3)}`, scope: scope() })),
    overrides: each(2, (subject) => ({ subject, permission: `sign:${random.pick(ACTIONS)}`, scope: scope(), effect: random.pick(["allow", "deny"]) })),
    resources,
  };
}
