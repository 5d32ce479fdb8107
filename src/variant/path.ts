/** Paths into values: how a step to the value of a dictionary entry is named in errors and notes. */

import type { PathStep } from "../errors.ts";
import { StringName, type Variant } from "./types.ts";

/** The step to the value of the `index`-th entry, which has this key. */
export function entryStep(key: Variant, index: number): PathStep {
  if (typeof key === "string" || typeof key === "bigint") return key;
  return key instanceof StringName ? key.text : { entry: index };
}
