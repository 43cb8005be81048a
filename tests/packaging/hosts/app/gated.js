/** A Hono application behind the gate, with the documents that it is given: in Node, and as a Worker. */

import { Hono } from "hono";
import { Checker } from "countersign";
import { Policy, Tenant } from "countersign/compile";
import { gate } from "countersign/hono";
import { documents } from "./gated-documents.js";

const policy = Policy.parse(documents.model);
const acme = Tenant.load(policy, documents.tenant);
/** Who the development header names. */
const identify = ({ headers }) => headers.get("authorization")?.match(/^Dev (.+)$/)?.[1];

/** Behind the tenant itself, or behind the snapshot of whoever asks. */
export function gated(by, routes = documents.routes) {
  const rights = {
    tenant: (tenant) => (tenant === "acme" ? acme : undefined),
    checker: async (tenant, subject) => (tenant === "acme" ? Checker.load(acme.snapshot(subject)) : undefined),
  };
  const app = new Hono();
  app.use(gate({ routes, policy, identify, rights: rights[by] }));
  app.all("*", async (c) => c.json({ ...c.get("countersign"), got: await c.req.text() }));
  return app;
}
