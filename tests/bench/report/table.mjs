/** The figures of a run as Markdown. */

import { words } from "../rivals/words.mjs";
import { NATIVE, OURS, PACKAGE } from "./rows.mjs";

/** The tables with what must be known to read them; `gate` is a section that has been written. */
export function markdown({ command, machine, packages, natives, gate }) {
  return `# Benchmarks

<!-- Written by \`${command}\`; changes made here are lost. -->

\`\`\`sh
${command}
\`\`\`

Measured on: ${machine}.

![The same figures as bars on a logarithmic scale](chart.svg)

In every run all contenders first answer the same questions, and a single disagreement ends it.
Then they are asked in turn, round by round, the first of a round in turn as well.
A figure is the median of the rounds, with the quartiles in parentheses; it is the processor time of the process or thread that answers, so that other work on the machine counts little.
Less is better in every row of the engine's tables.

## The npm package

Each contender has a process of its own. Strings are built anew for every round, as requests bring them.

${table(packages, PACKAGE)}

- **by hand** is what one would write for exactly this: answers known beforehand in nested maps where questions repeat, the project cut out of the path and looked up in a set where they are new, a map for each member where many ask; at the cold start a module of nothing but the answers, whose import is Node's own part in every contender's figure.
- **CASL** is asked about objects that carry their project as a field. They are made before the clock starts, while Countersign is given a path and finds the project in it. *Given paths* is the same matcher with the strings that Countersign is given: the object is made of them within the clock. "Less than every peer" is held against both.
- **node-casbin** is given project and sign already cut apart; its cached enforcer answers where questions repeat, \`enforceSync\` elsewhere.
- **Cedar wasm** keeps its policies parsed inside; the calls are put together before the clock starts.
- **The download** is a program of one question, bundled and minified by esbuild, with the wasm that it fetches; of node-casbin without the \`fs\` of Node's that it asks for.
- **What nests** is read by the package, documents, conditions and paths of any depth; time on the clock.
- **The last rows** are time on the clock, from a command's sending until Chromium has painted what it changed, and from the message's arrival until every element says what is so; worker and browser share the machine. The rivals have no live update: what they decide by changes when the application has it loaded again.

## The native engine

Random questions over a tenant whose members have five assignments each, half of them about a project that the member has a role in.
Every engine is given subject, action and path as strings.

${table(natives, NATIVE)}

Loading begins with the document that the engine's users would write and ends with the first answer; the memory is what the allocator has handed out.
The compiled form is the image of the same world, which a program wrote before from the same tenant file: loading it checks every name and grant again, but reads no text and compiles no condition, so that its figure stands beside those of texts and not among them.
The bar on memory is held against what stays after loading; what loading needs for a while stands beside it.
casbin's and Cedar's callers cut project and state out of the path beforehand, and Cedar is asked about a sign's state, which saves it making an entity.

${gate}`;
}

function table(rows, names) {
  const ids = [OURS, ...Object.keys(names).filter((id) => id !== OURS)];
  const lines = [
    ["figure", ...ids.map((id) => (id === OURS ? `**${names[id]}**` : names[id])), "bar", "verdict"],
    ["---", ...ids.map(() => "---:"), "---", "---"],
    ...rows.map((row) => [row.title, ...ids.map((id) => cell(row, id)), row.bar, row.verdict]),
  ];
  return grid(lines);
}

/** Lines of cells, the second of them how each column stands. */
export function grid(lines) {
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell({ figures, unable, unit }, id) {
  const figure = figures[id];
  if (figure === undefined) return unable[id] ?? "";
  const { median, low, high } = figure;
  const spread = low === high ? "" : ` (${words(low, unit)} to ${words(high, unit)})`;
  return `${words(median, unit)} ${unit}${spread}`;
}
