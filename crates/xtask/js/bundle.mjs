// Joins the package's sources into the files that are shipped, minified, each with a map back to the sources.
// Usage: node bundle.mjs <package directory>. Sources are <package>/src, results <package>/dist, beside the generated glue.
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";

const [directory] = process.argv.slice(2);
const sources = readdirSync(join(directory, "src")).filter((name) => name.endsWith(".ts"));
// These become a file each; all other sources become part of the one that imports them.
const shipped = sources.filter((name) => /^(entry-.*|inline-.*|shared.*|browser|server|hono|express|react|verify|vue)\.ts$/.test(name)).map((name) => basename(name, ".ts"));

/** The entries of Node that are no part of a bundle. */
const alone = (name) => /^entry-.*node$/.test(name) && !name.includes("inline");

/** What is asked for beside a file: one of the package's own, or glue that was generated into its `dist`. */
const resolving = (name, beside) => ({
  name,
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      const own = beside(basename(path, ".js"));
      if (own !== undefined) return { path: `./${own}.js`, external: true };
      return path.startsWith("./countersign") && path.endsWith(".js") ? { path: join(process.cwd(), directory, "dist", path) } : undefined;
    });
  },
});
const separate = resolving("separate", (name) => (shipped.includes(name) ? name : undefined));
// In Node each entry is one file: a second one would be a tenth of a cold start. A class must be the same whichever entry it
// came through, so that the others have theirs from the first.
const CLASSES = ["checker", "error", "entry-node"];
const together = resolving("together", (name) => (CLASSES.includes(name) ? "entry-node" : undefined));

/** `text:./x.wasm` and `deflated:./x.wasm` put the file itself into the script, in base64. */
const inline = {
  name: "inline",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(text|deflated):/ }, ({ path }) => {
      const [how, file] = path.split(":");
      return { path: join(process.cwd(), directory, "dist", file), namespace: how };
    });
    onLoad({ filter: /./, namespace: "text" }, ({ path }) => ({ contents: readFileSync(path), loader: "base64" }));
    onLoad({ filter: /./, namespace: "deflated" }, ({ path }) => ({ contents: deflateRawSync(readFileSync(path), { level: 9 }), loader: "base64" }));
  },
};

const options = {
  outdir: join(directory, "dist"),
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  external: ["*.wasm", "node:*", "countersign", "countersign/*", "react", "vue"],
  logLevel: "warning",
};
const files = (names) => names.map((name) => `./${directory}/src/${name}.ts`);
await build({ ...options, entryPoints: files(shipped.filter((name) => !alone(name))), plugins: [inline, separate] });
await build({ ...options, entryPoints: files(["entry-node"]), plugins: [inline] });
await build({ ...options, entryPoints: files(shipped.filter((name) => alone(name) && name !== "entry-node")), plugins: [inline, together] });
copyFileSync(join(directory, "src/countersign.css"), join(directory, "dist/countersign.css"));
