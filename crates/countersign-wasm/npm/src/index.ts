/** The public names of `countersign`, the same in every host. */

export { Checker, type SnapshotSource } from "./checker.js";
export { CountersignError, type Diagnostic, type ErrorCode } from "./error.js";
export type { AskOptions, Attributes, Decision, LoadOptions, Outcome, PlainValue, Reason, Resource, Stage } from "./types.js";
export type { Change, Explanation, Step } from "./explanation.js";
export type {
  Action, AnyModel, ContextOf, Mistake, ModelTypes, OfferedPath, Register, Registered, ResourceFor, TypeName,
} from "./model.js";
export type { Expression, Filter, Plan } from "./plan.js";
