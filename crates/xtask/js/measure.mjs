// Measures what is downloaded: the argument is JSON, name to list of files; standard output is JSON, name to bytes.
// Every file is compressed by itself, as a server does it.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

function measure(files) {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const file of files) {
    const bytes = readFileSync(file);
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotliCompressSync(bytes, brotli).length;
  }
  return sum;
}

const artefacts = JSON.parse(process.argv[2]);
const sizes = Object.fromEntries(Object.entries(artefacts).map(([name, files]) => [name, measure(files)]));
console.log(JSON.stringify(sizes));
