// Joins the package's sources into the files that are shipped, minified, each with a map back to the sources.
// Usage: node bundle.mjs <package directory>. Sources are <package>/src, results <package>/dist, beside the generated glue.
import { copyFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const [directory] = process.argv.slice(2);
const sources = readdirSync(join(directory, "src")).filter((name) => name.endsWith(".ts"));
// These become a file each; all other sources become part of the one that imports them.
const shipped = sources.filter((name) => /^(entry-.*|shared.*|browser|react|vue)\.ts$/.test(name)).map((name) => basename(name, ".ts"));

const separate = {
  name: "separate",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      const name = basename(path, ".js");
      if (shipped.includes(name)) return { path, external: true };
      return name.startsWith("countersign") && path.endsWith(".js") ? { path: join(process.cwd(), directory, "dist", path) } : undefined;
    });
  },
};

await build({
  entryPoints: shipped.map((name) => `./${directory}/src/${name}.ts`),
  outdir: join(directory, "dist"),
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  external: ["*.wasm", "node:*", "react", "vue"],
  plugins: [separate],
  logLevel: "warning",
});
copyFileSync(join(directory, "src/countersign.css"), join(directory, "dist/countersign.css"));
