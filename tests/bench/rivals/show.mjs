/** One figure on the terminal. */

const SCALE = { ns: 1, "µs": 1e3, ms: 1e6 };

/** A number of nanoseconds in a unit, with as many digits as it deserves. */
export function words(nanoseconds, unit) {
  const value = nanoseconds / SCALE[unit];
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

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
