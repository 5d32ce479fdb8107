/** What prints the frames of `decode`: one printer for each kind of output. */

import type { Output } from "../cli/output.ts";
import { load } from "../cli/load.ts";
import { FrameLines } from "./frame_lines.ts";
import type { FrameDecoding, FramePrinter } from "./input_frame.ts";

/** The printer for the output's mode. */
export async function createFramePrinter(
  output: Output,
  decoding: FrameDecoding,
): Promise<FramePrinter> {
  switch (output.mode) {
    case "json":
    case "native": {
      const { FrameEvents } = await load<typeof import("./frame_events.ts")>(
        "../commands/frame_events.ts",
      );
      return new FrameEvents(output, output.mode, decoding);
    }
    case "tree": {
      const { FrameTrees } = await load<typeof import("./frame_trees.ts")>(
        "../commands/frame_trees.ts",
      );
      return new FrameTrees(output, decoding);
    }
    default:
      return new FrameLines(output, decoding);
  }
}
