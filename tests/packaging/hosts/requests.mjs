/** Requests to the demo's route table (config/routes.toml), and the answer that every gate gives them. */

import { request } from "node:http";

const R2 = "/projects/renovation/states/draft/signs/r2";
const T1 = "/projects/tower/states/ordered/signs/t1";
const NOT_FOUND = '{"type":"about:blank","title":"Not Found","status":404}';
const MAY_NOT = '{"type":"about:blank","title":"Forbidden","status":403,"detail":"You may not do this. Ask an administrator of this account."}';

/** `[what, subject, method, path below the tenant's, status, body of a refusal]`; a path that begins with `=` is whole. */
export const REQUESTS = [
  ["who sees a sign", "user:petra", "GET", R2, 200],
  ["who may edit it", "user:eddie", "PUT", R2, 200],
  ["who sees it and may not", "user:petra", "PUT", R2, 403, MAY_NOT],
  ["who may not even see it", "user:petra", "PUT", T1, 404, NOT_FOUND],
  ["hidden", "user:petra", "GET", T1, 404, NOT_FOUND],
  ["made up", "user:petra", "GET", "/projects/made-up/states/ordered/signs/t1", 404, NOT_FOUND],
  ["an owner does not approve", "user:olivia", "POST", `${R2}/approve`, 403, MAY_NOT],
  ["a member without rights", "user:mia", "GET", "/projects/renovation", 404, NOT_FOUND],
  ["a deactivated owner", "user:dora", "GET", "/projects/renovation", 404, NOT_FOUND],
  ["a stranger", "user:stranger", "PUT", R2, 404, NOT_FOUND],
  ["nobody", undefined, "GET", R2, 401, '{"type":"about:blank","title":"Unauthorized","status":401}'],
  ["another tenant", "user:olivia", "GET", "=/api/no-such-tenant/projects/renovation", 404, NOT_FOUND],
  ["a name that no tenant has", "user:olivia", "GET", "=/api/-/projects/renovation", 404, NOT_FOUND],
  ["no route", "user:olivia", "GET", "=/elsewhere", 404, NOT_FOUND],
  ["no route for the method", "user:olivia", "DELETE", R2, 404, NOT_FOUND],
  ["a slash at the end", "user:olivia", "GET", "/projects/renovation/", 400],
  ["two slashes", "user:olivia", "GET", "//projects/renovation", 400],
  ["a letter that need not be encoded", "user:olivia", "GET", "/projects/%72enovation", 400],
  ["an encoded slash", "user:olivia", "GET", "/projects/renovation%2Fx", 400],
  ["another method in the query", "user:olivia", "GET", `${R2}?_method=DELETE`, 400],
  ["capitals are another project", "user:petra", "GET", "/projects/Renovation", 404, NOT_FOUND],
];

/** Sends a request as it is written: nothing tidies the path. */
export function send(base, tenant, [, subject, method, path]) {
  const { hostname, port } = new URL(base);
  const headers = subject === undefined ? {} : { authorization: `Dev ${subject}` };
  const body = method === "PUT" ? '{"text":"Changed"}' : undefined;
  if (body !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": body.length });
  const whole = path.startsWith("=") ? path.slice(1) : `/api/${tenant}${path}`;
  return new Promise((done, failed) => {
    const sent = request({ hostname, port, method, path: whole, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => done({ status: response.statusCode, type: response.headers["content-type"], text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", failed);
    sent.end(body);
  });
}
