/** What makes a condition of PostgreSQL's exact, each undone: what is looked for in its text, and what takes its place. */

const COLUMN = String.raw`(?:"r"\.)?"(?:[^"]|"")*"`;
const of = (...parts) => new RegExp(parts.join(""), "g");

const BOUND = "\\S+ \\|\\| \\(28 - min_scale\\(\\1\\)\\)\\)::numeric";
const NUMBER = of("WHEN min_scale\\((", COLUMN, ")\\) <= 28 AND \\1 < ", BOUND, " AND \\1 > ", BOUND);

export const MISTAKES = [
  ["a string is of any length", / <= 4096/g, " <> -1"],
  ["a string is measured in characters", of("octet_length(\\(", COLUMN, "\\) <= 4096)"), "length$1"],
  ["a string need not be listed", /( IN \(\$\d+::text(?:, \$\d+::text)*\)) THEN/g, "$1 IS NOT NULL THEN"],
  ["a filled up char(n) is a string", / = octet_length\(\(\(/g, " >= octet_length((("],
  ["a filled up char(n) is an id", of("(octet_length\\(concat\\(", COLUMN, "\\)\\)) = "), "$1 >= "],
  ["a collation may say what is the same", / COLLATE "C"(?!\) !~)/g, ""],
  ["citext is compared as what it is", of("(\\(\\(", COLUMN, ' COLLATE "C"\\))::text'), "$1"],
  ["characters are counted in bytes", /\blength\(/g, "octet_length("],
  ["a moment is any integer", /BETWEEN -62167219200000 AND 253402300799999/g, "IS NOT NULL"],
  ["a decimal has any digits after the point", of("(min_scale\\(", COLUMN, "\\)) <= 28"), "$1 IS NOT NULL"],
  ["a decimal has any digits", /\(28 - min_scale/g, "(300 - min_scale"],
  ["a decimal may be no number", NUMBER, "WHEN TRUE"],
  ["an id is of any length", /BETWEEN 1 AND 256/g, "IS NOT NULL"],
  ["an id holds any character", / !~ '[^']*'/g, " IS NOT NULL"],
  ["what cannot be told forbids nothing", / IS NOT FALSE/g, " IS TRUE"],
  ["what cannot be told allows", / IS TRUE/g, " IS NOT FALSE"],
];

/** What makes PostgreSQL refuse a column of another type, each undone: by attribute. */
export const LOOSENED = [
  ["word", /(?:::text)? COLLATE "C"/g, ""],
  ["count", of("\\((", COLUMN, ") \\| 0\\)"), "$1"],
  ["due", of("\\((", COLUMN, ") \\| 0\\) BETWEEN"), "$1 BETWEEN"],
  ["cost", NUMBER, "WHEN TRUE"],
];
