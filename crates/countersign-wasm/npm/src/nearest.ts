/** The nearest known name to a misspelt one, for error messages. */

/** The known name at the smallest edit distance, if that is close enough to be a typo. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  // Long input is never a typo of a short name, and comparing it would cost.
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A sentence's tail: `: did you mean …?`, or nothing. */
export function suggestion(name: string, known: Iterable<string>): string {
  const best = nearest(name, known);
  return best === undefined ? "" : `: did you mean \`${best}\`?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours each count one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const cost = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1),
        swapped ? (beforeLast[column - 2] as number) + 1 : Infinity,
      );
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}
