/** Compiles a model and asks its tenant, as a server would. */

import { Policy, Tenant } from "countersign/compile";
import { documents } from "./cases.js";

/** How many questions were asked, and a line for each wrong answer. */
export async function compile() {
  const tenant = Tenant.load(Policy.parse(documents.model), documents.tenant);
  const wrong = documents.questions.filter(([subject, action, resource, context, now, expected]) => {
    return tenant.check(subject, action, resource, context, { now }).decision !== expected;
  });
  return { asked: documents.questions.length, wrong: wrong.map(String) };
}
