/** The whole application: prints what came of it, and leaves it on the page. */

import { ask } from "./ask.js";
import { compile } from "./compile.js";

Promise.all([ask(), compile()]).then(
  ([asked, compiled]) => {
    console.log(JSON.stringify({ asked, compiled }));
    globalThis.answered = { asked, compiled };
  },
  (error) => {
    console.log(JSON.stringify({ error: String(error) }));
    globalThis.answered = { error: String(error) };
  },
);
