/** The gated application as a Worker. */

import { gated } from "./gated.js";

export default gated("tenant");
