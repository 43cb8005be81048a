/** Asks the corpus in the browser and leaves what came of it on the page. */

"use client";

import { useEffect } from "react";
import { ask } from "../ask.js";
import { compile } from "../compile.js";

export function Asking() {
  useEffect(() => {
    Promise.all([ask(), compile()]).then(
      ([asked, compiled]) => (globalThis.answered = { asked, compiled }),
      (error) => (globalThis.answered = { error: String(error) }),
    );
  }, []);
  return null;
}
