/** Requests to a worker as somebody, over connections that are kept. */

import { Agent, request as send } from "node:http";

const MOST_SOCKETS = 64;

/** A client of the worker on `port`; its requests end in an error when the worker does, or after `patience` milliseconds. */
export function client(port, { patience = 20_000 } = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS, scheduling: "fifo" });
  /** Connections on which something was answered. */
  const used = new WeakSet();
  /** Sends `body` (if any) as JSON; answers with the status, the parsed body and the milliseconds that it took. */
  function ask(subject, method, path, body, headers = {}) {
    const repeatable = ["GET", "PUT", "DELETE"].includes(method) || headers["Idempotency-Key"] !== undefined;
    // Each of the kept connections may be closed by now.
    return once(subject, method, path, body, headers, repeatable ? MOST_SOCKETS : 0);
  }
  /**
   * workerd closes a connection on which it has read nothing for five seconds, though it was only too busy to read. What met
   * with that and may be repeated goes out again.
   */
  function once(subject, method, path, body, headers, again, began = performance.now()) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = { ...headers };
    if (subject !== undefined) all.Authorization = `Dev ${subject}`;
    if (text !== undefined) all["Content-Type"] = "application/json";
    if (method !== "GET") all["Content-Length"] = Buffer.byteLength(text ?? "");
    return new Promise((answered, failed) => {
      const request = send({ host: "127.0.0.1", port, agent, method, path, headers: all }, (response) => {
        used.add(response.socket);
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", failed);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const json = /[/+]json/.test(response.headers["content-type"] ?? "") && text !== "";
          const data = json ? JSON.parse(text) : undefined;
          answered({ status: response.statusCode, headers: response.headers, text, data, took: performance.now() - began });
        });
      });
      request.on("error", (error) => {
        // What had to wait for a connection is not told that it is a used one.
        const reused = request.reusedSocket || used.has(request.socket);
        const closed = again > 0 && reused && error.code === "ECONNRESET";
        closed ? once(subject, method, path, body, headers, again - 1, began).then(answered, failed) : failed(error);
      });
      const late = setTimeout(() => request.destroy(new Error(`no answer to ${method} ${path}`)), patience);
      request.on("close", () => clearTimeout(late));
      request.end(text);
    });
  }
  return { ask, close: () => agent.destroy() };
}
