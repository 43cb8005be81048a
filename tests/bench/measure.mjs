/** Times several ways to do the same thing beside each other: interleaved rounds, medians, one table. */

/** Strings that nobody has looked up yet: a looked-up string keeps its hash, and a real request brings a new one. */
export function anew(strings) {
  const bytes = strings.map((text) => Buffer.from(text));
  return () => bytes.map((each) => each.toString("latin1"));
}

/**
 * Runs every contender once a round, in turn, and gives the median of nanoseconds per operation by name.
 * @param contenders name → `{ prepare?, run(prepared) → number of operations }`; only `run` is timed.
 */
export function interleave(contenders, { rounds = 60, warmup = 20 } = {}) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds + warmup; round++) {
    // The first of a round pays for what the one before left behind, so each is first in turn.
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const { prepare, run } = contenders[name];
      const prepared = prepare?.();
      // The process's own time: on a machine that does other things too, the clock on the wall measures those.
      const start = process.cpuUsage();
      const operations = run(prepared);
      const { user, system } = process.cpuUsage(start);
      if (round >= warmup) times[name].push(((user + system) * 1_000) / operations);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Prints medians with their ratio to the first. */
export function table(title, medians, unit = "ns") {
  const [[, base]] = Object.entries(medians);
  console.log(`\n${title}`);
  for (const [name, value] of Object.entries(medians)) {
    console.log(`  ${name.padEnd(44)} ${value.toFixed(1).padStart(9)} ${unit}  ${(value / base).toFixed(2).padStart(6)} x`);
  }
}
