/** Figures in words. */

/** What a unit is worth: nanoseconds for those of time, bytes for KB, itself for the others. */
export const SCALE = { ns: 1, ms: 1e6, s: 1e9, KB: 1024, MB: 1, x: 1 };

/** A value in a unit, with as many digits as it deserves. */
export function words(value, unit) {
  const scaled = value / SCALE[unit];
  return scaled >= 100 ? scaled.toFixed(0) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2);
}
