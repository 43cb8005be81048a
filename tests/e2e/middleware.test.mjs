/** The worker's gate gives the answers that the npm package's middlewares are held to. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { REQUESTS, send } from "../packaging/hosts/requests.mjs";
import { freshTenant, URL_OF_WORKER } from "./worker.mjs";

describe("the worker's gate", () => {
  let name;
  before(async () => ({ name } = await freshTenant("acme")));

  for (const row of REQUESTS) {
    const [what, , , , status, body] = row;
    test(what, async () => {
      const answer = await send(URL_OF_WORKER, name, row);
      assert.equal(answer.status, status, answer.text);
      if (body !== undefined) assert.equal(answer.text, body);
    });
  }
});
