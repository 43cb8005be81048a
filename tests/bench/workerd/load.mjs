/** Load by raw sockets, which costs little beside what it measures, and what a process has computed and holds. */

import { readFileSync } from "node:fs";
import { connect } from "node:net";

const CONNECTIONS = 16;

/** A request's bytes. */
export function request(path, headers) {
  const lines = [`GET ${path} HTTP/1.1`, "Host: localhost", ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", ""];
  return Buffer.from(lines.join("\r\n"));
}

/**
 * Sends one of the requests after the other over some connections until the time is over, from the first again after the
 * last. Every answer must have the status 200 and say its length, or come in chunks.
 */
export async function hammer({ port, requests, milliseconds, connections = CONNECTIONS }) {
  let number = 0;
  const latencies = [];
  const errors = [];
  const begun = performance.now();
  const until = begun + milliseconds;
  const one = () =>
    new Promise((done) => {
      const socket = connect(port, "127.0.0.1");
      let held = "";
      let sent;
      const next = () => {
        if (performance.now() >= until) return socket.destroy(), done();
        sent = performance.now();
        socket.write(requests[number % requests.length]);
        number += 1;
      };
      const fail = (why) => {
        errors.push(why);
        socket.destroy();
        done();
      };
      socket.setNoDelay(true);
      socket.on("connect", next);
      socket.on("error", (error) => fail(String(error)));
      socket.on("data", (data) => {
        held += data.toString("latin1");
        const end = whole(held);
        if (end === undefined) return;
        if (!held.startsWith("HTTP/1.1 200")) return fail(held.slice(0, 400));
        held = held.slice(end);
        latencies.push(performance.now() - sent);
        next();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  return { latencies, errors, took: performance.now() - begun };
}

/** Where the first answer ends; nothing while it is not whole. */
function whole(text) {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2));
  if (length !== null) return text.length >= head + 4 + Number(length[1]) ? head + 4 + Number(length[1]) : undefined;
  const end = text.indexOf("\r\n0\r\n\r\n", head);
  return end < 0 ? undefined : end + 7;
}

/** What a process has computed so far, in milliseconds. */
export function computed(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process holds in memory, in KiB. */
export function resident(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
