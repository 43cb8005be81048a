/** Snapshots at a revision: those of an in-memory tenant are all of revision 0, and a test needs newer and older ones. */

const HEAD = 12;

/** The snapshot as if it were of a tenant of this name: one in memory has none. */
export function ofTenant(snapshot, name) {
  return stamped([...snapshot.subarray(0, HEAD), name.length, ...new TextEncoder().encode(name), ...snapshot.subarray(HEAD + 1 + snapshot[HEAD])]);
}

/** The snapshot as if the tenant had come to this revision. */
export function atRevision(snapshot, revision) {
  const tenant = HEAD + 1 + snapshot[HEAD];
  const place = tenant + 1 + snapshot[tenant];
  const number = [];
  for (let rest = revision; ; rest = Math.floor(rest / 128)) {
    number.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) break;
  }
  return stamped([...snapshot.subarray(0, place), ...number, ...snapshot.subarray(place + 1)]);
}

/** With the checksum that fits. */
function stamped(changed) {
  const bytes = Uint8Array.from(changed);
  let sum = 0xcbf29ce484222325n;
  for (const byte of bytes.subarray(HEAD)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  new DataView(bytes.buffer).setBigUint64(4, sum, true);
  return bytes;
}
