// Lists what an application in a browser loads for `import … from "countersign"`: the entry and, through its imports, the rest.
// Usage: node imports.mjs <package directory> <name in exports>. Prints one path a line, relative to the current directory.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const [directory, name] = process.argv.slice(2);
const { exports } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));

const { metafile } = await build({
  // What bundlers that leave the module a file take; the others have it in the script, which is `default`.
  entryPoints: [join(directory, exports[name].browser.production)],
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  outdir: "unused",
  logLevel: "error",
});
for (const file of Object.keys(metafile.inputs)) console.log(file);
