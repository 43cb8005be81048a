/** Turns what a caller has, bytes or an HTTP answer, into a loaded snapshot. */

import { Answers } from "./answers.js";
import { invalid } from "./arguments.js";
import { CountersignError } from "./error.js";
import { ready } from "./runtime.js";

/** Where a snapshot may come from. */
export type SnapshotSource = Uint8Array | ArrayBuffer | Response;

/** Loads a snapshot that is good at `now`; an expired one is refused, since it could only answer no. */
export async function loadSnapshot(source: SnapshotSource, now: () => number): Promise<Answers> {
  const bytes = await readBytes(source);
  const answers = new Answers(await ready(), bytes);
  if (now() < answers.expires) return answers;
  answers.free();
  throw new CountersignError("snapshot_expired", `the snapshot expired at ${new Date(answers.expires).toISOString()}`);
}

/** The bytes, which nobody else can change any more. */
async function readBytes(source: SnapshotSource): Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  if (isArrayBuffer(source)) return new Uint8Array(source).slice();
  if (typeof Response !== "function" || !(source instanceof Response)) {
    throw invalid("a snapshot is a Uint8Array, an ArrayBuffer or a Response");
  }
  if (!source.ok) {
    throw new CountersignError("fetch_failed", `the snapshot's address answered ${source.status}`, { status: source.status });
  }
  try {
    return new Uint8Array(await source.arrayBuffer());
  } catch (error) {
    throw new CountersignError("fetch_failed", "the answer broke off before the snapshot was complete", { cause: error });
  }
}

/** True for buffers of every realm and for nothing that only looks like one. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    byteLength.call(value as ArrayBuffer);
    return true;
  } catch {
    return false;
  }
}

// The getter itself is the test: it throws on everything that is not a buffer.
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")?.get as (this: ArrayBuffer) => number;
