/** A page that asks the corpus on the server, and once more in the browser. */

import { ask } from "../ask.js";
import { compile } from "../compile.js";
import { Asking } from "./asking.jsx";

export default async function Page() {
  const answered = { asked: await ask(), compiled: await compile() };
  return (
    <>
      <pre id="server">{JSON.stringify(answered)}</pre>
      <Asking />
    </>
  );
}
