/** The forms of `encode` that show more than bytes: text, JSON, `JSON.from_native`, trees and dumps. */

import { bytesToHex } from "../../bytes/hex.ts";
import type { Output } from "../../cli/output.ts";
import { variantToText } from "../../variant/text.ts";
import type { ValueEncoding, ValuePrinter } from "./report.ts";
import { valueFields } from "../packet/json.ts";
import { treeLines } from "../packet/tree.ts";

/** The printer of such a form. */
export function createView(
  form: "text" | "json" | "native" | "tree" | "hexdump",
  output: Output,
  { godot, fullObjects }: ValueEncoding,
): ValuePrinter {
  switch (form) {
    case "text":
      return (value) => output.data(variantToText(value, { godot }));
    case "tree":
    case "hexdump":
      return (_, bytes, index) => {
        const decoding = { godot, allowObjects: fullObjects };
        const lines = treeLines(form, `value ${index + 1}`, bytes, decoding, output.paint);
        lines.forEach((line) => output.data(line));
      };
    case "json":
    case "native":
      return (value, bytes, index) => {
        const place = `"index":${index},"size":${bytes.length},"ok":true`;
        const fields = valueFields(value, form, { godot });
        output.data(`{${place},${fields},"hex":"${bytesToHex(bytes)}"}`);
      };
  }
}
