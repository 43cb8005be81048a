/** Workers KV as workerd's binding asks for it over HTTP; it lives in the test's process, so that it survives what kills workerd. */

import { createServer } from "node:http";

/**
 * Starts it. `values` is what was put last, by key; `delay` (milliseconds) makes every answer late. `stale`, if it is set,
 * chooses what is served of everything that was ever put under a key, the oldest first: one of it, or nothing.
 */
export async function startKv() {
  const kv = { values: new Map(), puts: 0, delay: 0, stale: undefined, reads: 0 };
  const versions = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => setTimeout(() => answer(request, Buffer.concat(chunks), response), kv.delay));
  });
  function answer({ method, url }, body, response) {
    const key = decodeURIComponent(new URL(url, "http://kv.invalid").pathname.slice(1));
    if (method === "PUT") {
      kv.puts++;
      kv.values.set(key, body);
      if (kv.stale) versions.set(key, [...(versions.get(key) ?? []), body]);
      response.writeHead(200).end();
      return;
    }
    if (method === "GET") kv.reads++;
    const value = kv.stale ? kv.stale(versions.get(key) ?? []) : kv.values.get(key);
    if (method === "GET" && value !== undefined) {
      response.writeHead(200).end(value);
    } else {
      response.writeHead(method === "GET" ? 404 : 405).end();
    }
  }
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  kv.port = server.address().port;
  kv.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return kv;
}
