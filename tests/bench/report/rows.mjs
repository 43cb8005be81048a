/** The figures of a run as rows: what was asked, what each contender needed, and whether ours is within its bar. */

import { COLD, FIGURES } from "../rivals/figures.mjs";
import { SCALE } from "../rivals/words.mjs";

/** The contenders' names in tables, in their order; the first of each kind is the floor, the second is ours. */
export const PACKAGE = {
  map: "by hand",
  countersign: "Countersign",
  "casl/own": "CASL, own matcher",
  "casl/paths": "CASL, own matcher, given paths",
  "casl/guide": "CASL, as its guide",
  casbin: "node-casbin",
  cedar: "Cedar wasm",
};
export const NATIVE = {
  "by hand": "by hand",
  countersign: "Countersign",
  "cedar-policy": "Cedar",
  casbin: "casbin",
  regorus: "regorus",
};
export const OURS = "countersign";
/** Ours, loaded from its image. */
const COMPILED = "countersign compiled";

/** What a machine's moods may change in the comparison of two growths. */
const GROWTH_NOISE = 1.1;

/** The rows of the npm package. */
export function packageRows(results) {
  const all = { ...FIGURES, cold: COLD };
  return Object.entries(results).map(([name, { figures, unable }]) => {
    const { title, unit, bar } = all[name];
    // The floor is no peer, and where it is absent the bar is a number.
    const peers = name === "repeated" ? Object.keys(figures).filter((id) => id !== "map" && id !== OURS) : [];
    return row({ title, unit, figures, unable, bar, floor: figures.map, peers, names: PACKAGE });
  });
}

/** Everything that nests, however deep: the slowest of it. */
export function nestingRow({ name, levels, median, low, high, most }) {
  const [middle, ...quartiles] = [median, low, high].map((time) => time * SCALE.ms);
  const figures = { [OURS]: { median: middle, low: quartiles[0], high: quartiles[1] } };
  const title = `What nests in up to 100,000 levels, the slowest (${name}: ${levels.toLocaleString("en")})`;
  return row({ title, unit: "ms", figures, bar: { most }, names: PACKAGE });
}

/** What a page downloads, and how it hears of changes: measured on a page, where the rows above are Node's. */
export function pageRows(download, { changes, sent, settled_1: one, settled_5000: all }) {
  const none = Object.fromEntries(["casl/own", "casl/guide", "casbin", "cedar"].map((id) => [id, "no live update"]));
  const live = (title, { p95 }, most) => {
    const time = p95 * SCALE.ms;
    const figures = { [OURS]: { median: time, low: time, high: time } };
    return row({ title, unit: "ms", figures, unable: none, bar: { most }, names: PACKAGE });
  };
  return [
    row({ title: "Download for a page, gzip", unit: "KB", ...download, bar: { most: 40 }, names: PACKAGE }),
    live(`A change made in the API is painted on an open page, 95 % of ${changes}`, sent, 1_000),
    live("5,000 gated elements settle after a change of one of them, 95 %", one, 50),
    live("5,000 gated elements settle after a change of all of them, 95 %", all, 50),
  ];
}

/** The rows of the native engine. */
export function nativeRows({ checks, load }) {
  const rows = Object.entries(checks).map(([count, figures]) =>
    row({
      title: `Native check, ${Number(count).toLocaleString("en")} members`,
      unit: "ns",
      figures,
      bar: { times: 1.5 },
      floor: figures["by hand"],
      names: NATIVE,
    }),
  );
  const whole = Object.entries(load).filter(([id]) => id in NATIVE);
  const each = (read) => Object.fromEntries(whole.map(([id, figures]) => [id, read(figures)]));
  const one = (value) => ({ median: value, low: value, high: value });
  const seconds = ({ seconds: { median, low, high } }) => ({
    median: median * SCALE.s,
    low: low * SCALE.s,
    high: high * SCALE.s,
  });
  return [
    ...rows,
    growth(checks),
    row({ title: "Load, 100,000 members", unit: "s", figures: each(seconds), bar: { most: 0.5 }, names: NATIVE }),
    row({
      title: "Load of the compiled form, 100,000 members",
      unit: "s",
      figures: { [OURS]: seconds(load[COMPILED]) },
      bar: { most: 0.5 },
      names: NATIVE,
    }),
    row({ title: "Memory kept, 100,000 members", unit: "MB", figures: each(({ kept }) => one(kept)), bar: { most: 60 }, names: NATIVE }),
    row({ title: "Memory at most while loading", unit: "MB", figures: each(({ peak }) => one(peak)), names: NATIVE }),
    row({
      title: "Memory at most while loading the compiled form",
      unit: "MB",
      figures: { [OURS]: one(load[COMPILED].peak) },
      names: NATIVE,
    }),
  ];
}

/** How many times as long a check takes with ten times the members. */
function growth(checks) {
  const of = (id) => checks["100000"][id].median / checks["10000"][id].median;
  const figures = Object.fromEntries(Object.keys(checks["10000"]).map((id) => [id, { median: of(id), low: of(id), high: of(id) }]));
  const bar = { times: 1, allowed: GROWTH_NOISE };
  return row({ title: "Growth, 10,000 to 100,000 members", unit: "x", figures, bar, floor: figures["by hand"], names: NATIVE });
}

function row({ title, unit, figures, unable = {}, bar, floor, peers = [], names }) {
  const ours = figures[OURS];
  const limit = bar?.most === undefined ? bar && bar.times * (bar.allowed ?? 1) * floor.median : bar.most * SCALE[unit];
  const faster = ours === undefined ? [] : peers.filter((id) => figures[id].median < ours.median);
  return { title, unit, figures, unable, names, limit, bar: barWords(bar, unit, peers), verdict: verdict(ours, limit, faster, names) };
}

function barWords(bar, unit, peers) {
  if (bar === undefined) return "none";
  if (bar.most !== undefined) return `${bar.most} ${unit}`;
  if (bar.allowed !== undefined) return "that of by hand, and a tenth for noise";
  return `${bar.times} × by hand${peers.length > 0 ? ", and less than every peer" : ""}`;
}

function verdict(ours, limit, faster, names) {
  if (ours === undefined) return "not measured";
  if (limit === undefined) return "no bar";
  if (ours.median > limit) return "missed";
  return faster.length === 0 ? "met" : `missed: ${faster.map((id) => names[id]).join(", ")} less`;
}
