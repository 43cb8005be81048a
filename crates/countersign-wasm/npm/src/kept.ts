/** The last snapshot of a subject, kept where the page can have it at once the next time. */

/** The part of `localStorage` that is used. */
export interface SnapshotStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Characters of the longest snapshot that is kept: storage is small, and not for this alone. */
const MOST = 350_000;

/** One place in the storage. A storage that refuses is one that has nothing. */
export class Kept {
  readonly #storage: SnapshotStorage | undefined;
  readonly #key: string;

  constructor(storage: SnapshotStorage | false | undefined, url: string, tenant: string, subject: string | undefined) {
    // Without a subject nobody could tell whose it is: the next one to sign in here may be another.
    this.#storage = subject === undefined || storage === false ? undefined : (storage ?? ofPage());
    this.#key = `countersign:1:${url}:${tenant}:${subject}`;
  }

  /** What is kept. Whether it is still good is for whoever loads it to say. */
  read(): Uint8Array | undefined {
    try {
      const text = this.#storage?.getItem(this.#key);
      return text ? fromBase64(text) : undefined;
    } catch {
      return undefined;
    }
  }

  write(snapshot: Uint8Array): void {
    if (this.#storage === undefined) return;
    try {
      const text = toBase64(snapshot);
      if (text.length > MOST) this.#storage.removeItem(this.#key);
      else this.#storage.setItem(this.#key, text);
    } catch {
      this.forget();
    }
  }

  forget(): void {
    try {
      this.#storage?.removeItem(this.#key);
    } catch {
      // It has nothing, then.
    }
  }
}

function ofPage(): SnapshotStorage | undefined {
  try {
    return typeof window === "undefined" ? undefined : window.localStorage;
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

/** The bytes of a snapshot that is written as a text. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
