/** Plans as conditions of SQL: how a table holds resources, and what comes out. */

import type { Plan } from "./plan.js";

/** A column: its name (`column` or `table.column`), or also how many digits of an integer stand after the point. */
export type Column = string | { readonly name: string; readonly scale?: number };

/**
 * How a table's rows are resources of the plan's type. A value that a caller could not supply, such as text in a column of
 * integers, is an error to conditions.
 */
export interface SqlMapping {
  readonly dialect: "sqlite" | "postgres";
  /** The text column that holds the whole path, one of the plan's type in every row; or `levels`. */
  readonly path?: Column;
  /** The columns that hold the ids, as text or integers, with their types, outermost first. A row without one is not found. */
  readonly levels?: readonly (readonly [type: string, column: Column])[];
  /** The columns of attributes, by how conditions write them: `{ "sign.cost": "cost" }`. */
  readonly columns?: { readonly [attribute: string]: Column };
}

/** What stands behind `WHERE`, and what is bound to its placeholders. */
export interface SqlCondition {
  readonly text: string;
  readonly parameters: readonly (string | number | bigint | boolean)[];
}

/** A plan that can be said in SQL. */
export type SqlPlan = Plan & {
  /**
   * Exactly the rows on which the action is allowed.
   * @throws CountersignError `sql_inexact` for a condition that SQL does not tell in the same way; `invalid_argument` for
   * a mapping that is wrong or has no column for what a condition reads.
   */
  sql(mapping: SqlMapping): SqlCondition;
};

/** Reads the engine's condition: values come as kind and text, because a number of JavaScript does not hold every integer. */
export function readSql(json: string): SqlCondition {
  const { text, parameters } = JSON.parse(json) as { text: string; parameters: [kind: string, text: string][] };
  return { text, parameters: parameters.map(([kind, value]) => readParameter(kind, value)) };
}

function readParameter(kind: string, text: string): string | number | bigint | boolean {
  if (kind === "bool") return text === "true";
  if (kind !== "int") return text;
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}
