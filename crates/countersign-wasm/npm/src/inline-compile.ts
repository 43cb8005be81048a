/** The compiler's wasm, compressed, as text, once for the entries that carry it along. */

import compiler from "deflated:./countersign_compile.wasm";

export { compiler };
