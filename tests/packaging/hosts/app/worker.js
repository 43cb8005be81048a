/** The application as a Worker. */

import { ask } from "./ask.js";
import { compile } from "./compile.js";

export default {
  async fetch() {
    return Response.json({ asked: await ask(), compiled: await compile() });
  },
};
