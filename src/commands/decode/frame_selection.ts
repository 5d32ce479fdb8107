/** Which frames are wanted: `--filter` and `--follow`. What is wanted goes on to the printer. */

import { UsageError } from "../../errors.ts";
import type { Conversation, ConversationTable } from "../../inspect/conversations.ts";
import { compileFilter, type PacketFilter } from "../../inspect/filter.ts";
import { FrameSubject } from "./frame_subject.ts";
import type { FrameTimes } from "./frame_times.ts";
import type { FrameDecoding, InputFrame } from "./input_frame.ts";
import { parseOption } from "../input/parse_option.ts";

/** What the command line says about it. */
export interface SelectionWish {
  /** The text of the filter; null for all frames. */
  readonly filter: string | null;
  /** Number of the conversation to follow; null for all. */
  readonly follow: number | null;
}

/** Tells frame by frame whether it is wanted. */
export class FrameSelection {
  readonly #follow: number | null;
  readonly #matches: PacketFilter | null;
  readonly #subject: FrameSubject;
  readonly #conversations: ConversationTable;
  readonly #needsConversations: boolean;
  #hasFollowed = false;

  /** @throws {ParseError} when the filter does not parse. */
  constructor(
    { filter, follow }: SelectionWish,
    conversations: ConversationTable,
    decoding: FrameDecoding,
    times: FrameTimes,
  ) {
    const compiled = filter === null ? null : parseOption("filter", () => compileFilter(filter));
    this.#follow = follow;
    this.#matches = compiled?.matches ?? null;
    this.#needsConversations = follow !== null || compiled?.needsConversations === true;
    this.#conversations = conversations;
    this.#subject = new FrameSubject(decoding, times);
  }

  /** False for a frame that is to be passed over. An empty line is no packet. */
  accepts(frame: InputFrame, index: number): boolean {
    const conversation = this.#needsConversations ? this.#conversationOf(frame) : null;
    if (this.#follow !== null) {
      if (conversation?.number !== this.#follow) return false;
      this.#hasFollowed = true;
    }
    if (frame.kind === "blank") return false;
    return this.#matches === null ||
      this.#matches(this.#subject.look(frame, index, conversation));
  }

  /** Call it at the end. Throws `UsageError` when there was no conversation of that number. */
  finish(): void {
    if (this.#follow === null || this.#hasFollowed) return;
    const { count } = this.#conversations;
    const what = count === 0
      ? "the input has no conversations: it is no capture, or has no packets"
      : `--stats lists the ${count} that there are`;
    throw new UsageError(`--follow ${this.#follow}: there is no such conversation; ${what}`);
  }

  #conversationOf(frame: InputFrame): Conversation | null {
    if (frame.kind !== "packet" || frame.origin === null) return null;
    const { transport, source, destination } = frame.origin;
    return this.#conversations.of(transport, source, destination);
  }
}
