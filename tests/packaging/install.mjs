/** Packs the npm package and installs the tarball, and nothing else, into a temporary project. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../crates/countersign-wasm/npm/", import.meta.url));

/**
 * The project's directory, what the tarball holds, and how to import from it. `remove` deletes it all. The project has
 * nothing else, or what the manifest and the lock in the folder `manifest` say.
 */
export function install({ manifest } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "countersign-packaging-"));
  const npm = (...args) => execFileSync("npm", args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const [packed] = JSON.parse(npm("pack", "--json", "--pack-destination", directory, PACKAGE));
  if (manifest === undefined) {
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  } else {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(manifest, file), join(directory, file));
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund");
  }
  npm("install", "--offline", "--no-save", "--no-audit", "--no-fund", join(directory, packed.filename));
  const { resolve } = createRequire(join(directory, "package.json"));
  return {
    directory,
    files: packed.files.map(({ path }) => path).sort(),
    /** The address of the first entry. */
    entry: pathToFileURL(resolve("countersign")).href,
    /** Imports a name of the installed package, by its own `exports`. */
    load: (name) => import(pathToFileURL(resolve(name)).href),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
