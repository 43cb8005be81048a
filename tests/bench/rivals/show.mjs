/** One figure on the terminal. */

import { words } from "./words.mjs";

export function show({ title, unit }, { figures, unable }) {
  console.log(`\n${title}`);
  const base = figures.map?.median;
  for (const [id, { median, low, high }] of Object.entries(figures)) {
    const spread = `${words(low, unit)} to ${words(high, unit)}`;
    const ratio = base === undefined ? "" : `${(median / base).toFixed(2)} x`;
    console.log(`  ${id.padEnd(14)} ${words(median, unit).padStart(9)} ${unit}  ${spread.padEnd(20)} ${ratio.padStart(10)}`);
  }
  for (const [id, reason] of Object.entries(unable)) console.log(`  ${id.padEnd(14)} left out: ${reason}`);
}
