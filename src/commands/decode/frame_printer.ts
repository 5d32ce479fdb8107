/** What prints the frames of `decode`: one printer for each kind of output. */

import type { Output } from "../../cli/output.ts";
import { load } from "../../cli/load.ts";
import type { ConversationTable } from "../../inspect/conversations.ts";
import { FrameLines } from "./frame_lines.ts";
import type { FrameTimes, TimeFormat } from "./frame_times.ts";
import type { FrameDecoding, FramePrinter } from "./input_frame.ts";

/** What frames are printed for. */
export interface FrameView {
  readonly decoding: FrameDecoding;
  readonly times: FrameTimes;
  /** The conversations of the input, as far as anybody asks for them. */
  readonly conversations: () => Promise<ConversationTable>;
  /** Figures at the end take the place of frames. */
  readonly isStats: boolean;
  /** The packets, as a capture of their own. */
  readonly isCapture: boolean;
  /** One conversation, as a dialogue. */
  readonly isDialogue: boolean;
  /** How times are shown; null when nobody asked for them. */
  readonly time: TimeFormat | null;
}

/** The printer for the output's mode. A listing for people is one only without `-o`. */
export async function createFramePrinter(output: Output, view: FrameView): Promise<FramePrinter> {
  const { decoding, times } = view;
  if (view.isCapture) {
    const { openFrameCapture } = await load<typeof import("./frame_capture.ts")>(
      "../commands/decode/frame_capture.ts",
    );
    return openFrameCapture(output, view);
  }
  if (view.isStats) {
    const { CaptureStats } = await load<typeof import("./capture_stats.ts")>(
      "../commands/decode/capture_stats.ts",
    );
    return new CaptureStats(output, decoding, await view.conversations());
  }
  switch (output.mode) {
    case "json":
    case "native": {
      const { FrameEvents } = await load<typeof import("./frame_events.ts")>(
        "../commands/decode/frame_events.ts",
      );
      return new FrameEvents(output, output.mode, decoding, times);
    }
    case "tree":
    case "hexdump": {
      const { FrameTrees } = await load<typeof import("./frame_trees.ts")>(
        "../commands/decode/frame_trees.ts",
      );
      return new FrameTrees(output, decoding);
    }
    case "human":
      if (view.isDialogue || view.time !== null) return await createListing(output, view);
  }
  return new FrameLines(output, decoding);
}

async function createListing(output: Output, view: FrameView): Promise<FramePrinter> {
  const { CaptureListing } = await load<typeof import("./capture_listing.ts")>(
    "../commands/decode/capture_listing.ts",
  );
  const { decoding, times, isDialogue } = view;
  return new CaptureListing(output, decoding, times, {
    time: view.time ?? (isDialogue ? "relative" : "absolute"),
    conversations: isDialogue ? await view.conversations() : null,
  });
}
