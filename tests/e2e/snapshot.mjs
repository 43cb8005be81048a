/** The stamp of a snapshot, read by hand: tenant, subject and revision. */

const HEAD = 12;

export function decoded(bytes) {
  let at = HEAD;
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    return new TextDecoder().decode(bytes.subarray(at, (at += length)));
  };
  return { tenant: text(), subject: text(), revision: number() };
}
