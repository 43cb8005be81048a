/** The figures of a run as bars: a decade is as long in every group, and each group begins at a power of ten. */

import { words } from "../rivals/words.mjs";
import { OURS } from "./rows.mjs";

const WIDTH = 930;
const LEFT = 220;
/** Values stand in a column of their own, where no line crosses them. */
const RIGHT = 120;
const LINE = 19;
const BAR = 13;
const HEADING = 40;
const TOP = 78;

/** Readable on white and on black: a page that shows the picture says nothing about its own colours to it. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .heading { font-weight: 600; }
  .small { font-size: 10.5px; fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .limit { stroke: #8250df; stroke-width: 2; stroke-dasharray: 3 2; }
  .limit-text { font-size: 10.5px; fill: #8250df; }
  .bar { fill: #9aa4af; }
  .floor { fill: #c9d1d9; }
  .ours { fill: #1a7f64; }
  .ours-text { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9da7b3; }
    .grid { stroke: #30363d; }
    .limit { stroke: #c297ff; }
    .limit-text { fill: #c297ff; }
    .bar { fill: #6e7681; }
    .floor { fill: #484f58; }
    .ours { fill: #3fb68b; }
  }`;

/** One picture of all rows that are times. */
export function chart({ command, rows }) {
  const times = rows.filter(({ unit }) => ["ns", "ms", "s"].includes(unit));
  const decades = Math.max(...times.map((row) => span(row).decades));
  const decade = (WIDTH - LEFT - RIGHT) / decades;
  const parts = [];
  let y = TOP;
  for (const row of times) {
    parts.push(...group(row, y, decade));
    y += HEADING + Object.keys(shown(row)).length * LINE + 12;
  }
  const head = [
    text(16, 28, "Countersign beside its peers", "title"),
    text(16, 47, "Time for a decision, a list or a load: shorter is better. Logarithmic: each line is ten times the one before.", "small"),
    text(16, 63, `Dashed: the bar that Countersign is held to. Made by ${command}.`, "small"),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">
<title>Countersign beside its peers</title>
<style>${STYLE}
</style>
${[...head, ...parts].join("\n")}
</svg>
`;
}

/** Ours first, then the floor, then the others, the fastest first. */
function shown({ figures, names }) {
  const rank = (id) => (id === OURS ? -2 : names[id] === "by hand" ? -1 : figures[id].median);
  return Object.fromEntries(Object.entries(figures).sort(([a], [b]) => rank(a) - rank(b)));
}

/** The power of ten below everything in a row, and how many of them it spans. */
function span({ figures, limit }) {
  const values = [...Object.values(figures).map(({ median }) => median), ...(limit === undefined ? [] : [limit])];
  const from = Math.floor(Math.log10(Math.min(...values) * 0.7));
  return { from, decades: Math.max(...values.map((value) => Math.log10(value) - from)) };
}

function group(row, y, decade) {
  const { from } = span(row);
  const x = (value) => LEFT + (Math.log10(value) - from) * decade;
  const entries = Object.entries(shown(row));
  const bottom = y + HEADING + entries.length * LINE - (LINE - BAR);
  const parts = [text(16, y + 14, `${row.title.replaceAll("`", "")}${row.verdict.startsWith("not") ? " (Countersign cannot yet)" : ""}`, "heading")];
  for (let power = from; LEFT + (power - from) * decade <= WIDTH - RIGHT + 1; power++) {
    const at = LEFT + (power - from) * decade;
    parts.push(line(at, y + HEADING - 8, at, bottom + 2, "grid"));
    parts.push(text(at, y + HEADING - 11, unitWords(10 ** power), "small", "middle"));
  }
  entries.forEach(([id, { median }], index) => {
    const top = y + HEADING + index * LINE;
    const kind = id === OURS ? "ours" : row.names[id] === "by hand" ? "floor" : "bar";
    parts.push(text(LEFT - 8, top + 11, row.names[id], id === OURS ? "ours-text" : "", "end"));
    parts.push(`<rect class="${kind}" x="${LEFT}" y="${top}" width="${(x(median) - LEFT).toFixed(1)}" height="${BAR}" rx="2"/>`);
    parts.push(text(WIDTH - 16, top + 11, `${words(median, row.unit)} ${row.unit}`, id === OURS ? "ours-text" : "", "end"));
  });
  if (row.limit !== undefined) {
    parts.push(line(x(row.limit), y + HEADING - 4, x(row.limit), bottom + 2, "limit"));
  }
  return parts;
}

/** A power of ten of nanoseconds. */
function unitWords(nanoseconds) {
  const [scale, unit] = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]].find(([scale]) => nanoseconds >= scale) ?? [1, "ns"];
  return `${nanoseconds / scale} ${unit}`;
}

function line(x1, y1, x2, y2, kind) {
  return `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2}"/>`;
}

function text(x, y, content, kind, anchor = "start") {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${escaped}</text>`;
}
