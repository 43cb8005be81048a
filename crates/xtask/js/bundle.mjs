// Joins the package's sources into the files that are shipped, minified, each with a map back to the sources.
// Usage: node bundle.mjs <package directory>. Sources are <package>/src, results <package>/dist, beside the generated glue.
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";

const [directory] = process.argv.slice(2);
const sources = readdirSync(join(directory, "src")).filter((name) => name.endsWith(".ts"));
// These become a file each; all other sources become part of the one that imports them.
const shipped = sources.filter((name) => /^(entry-.*|inline-.*|shared.*|browser|react|vue)\.ts$/.test(name)).map((name) => basename(name, ".ts"));

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
  plugins: [inline, separate],
  logLevel: "warning",
});
copyFileSync(join(directory, "src/countersign.css"), join(directory, "dist/countersign.css"));
