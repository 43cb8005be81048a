/** A second reading of a tenant's log, from its database alone: the chain of hashes, the numbers, and what the log adds up to. */

import { createHash } from "node:crypto";

/**
 * What is wrong with a dump's log; nothing, if nothing is. Every revision is some command's, unless the tenant did things
 * by itself (`alone`), which is not logged.
 */
export function broken({ audit, meta }, { alone = false } = {}) {
  const [[, , revision, , last, hash]] = meta;
  const wrong = [];
  let [previous, revised] = ["", 0];
  for (const [index, [seq, text]] of audit.entries()) {
    const entry = JSON.parse(text);
    // The hash is over the same text without it.
    const computed = createHash("sha256").update(text.replace(`"hash":"${entry.hash}"`, '"hash":""')).digest("hex");
    if (seq !== index + 1 || entry.seq !== seq) wrong.push(`entry ${seq} stands in place ${index + 1}`);
    if (entry.hash !== computed) wrong.push(`entry ${seq} is not what its hash says`);
    if (entry.previous !== previous) wrong.push(`entry ${seq} does not follow the one before it`);
    const next = revised + (entry.outcome === "done" ? 1 : 0);
    if (alone ? entry.revision < next : entry.revision !== next) wrong.push(`revision ${entry.revision} follows ${revised}`);
    [previous, revised] = [entry.hash, entry.revision];
  }
  if (last !== audit.length || hash !== previous) wrong.push(`the log ends at ${audit.length}, and ${last} is noted`);
  if (alone ? revision < revised : revision !== revised) wrong.push(`the log ends at revision ${revised}, and the tenant is at ${revision}`);
  return wrong;
}

/** The log's entries of commands that were done. */
export function done({ audit }) {
  return audit.map(([, text]) => JSON.parse(text)).filter(({ outcome }) => outcome === "done");
}
