/** A frame as a filter sees it: nothing is read of it before the filter asks. */

import { DecodeError } from "../../errors.ts";
import type { Conversation } from "../../inspect/conversations.ts";
import type { Direction, FilterSubject } from "../../inspect/filter.ts";
import { VariantDecoder } from "../../variant/decode.ts";
import { typeName } from "../../variant/layout.ts";
import { VariantScanner } from "../../variant/scan.ts";
import type { Variant, VariantType } from "../../variant/types.ts";
import { frameNotes } from "./frame_remarks.ts";
import type { FrameTimes } from "./frame_times.ts";
import type { BrokenFrame, FrameDecoding, PacketFrame, PacketOrigin } from "./input_frame.ts";

const NO_PROTOCOLS: readonly string[] = [];

/** What a filter may ask about one frame after the other. */
export class FrameSubject implements FilterSubject {
  readonly #decoding: FrameDecoding;
  readonly #times: FrameTimes;
  readonly #scanner: VariantScanner;
  readonly #decoder: VariantDecoder;
  #frame: PacketFrame | BrokenFrame | null = null;
  #index = 0;
  #conversation: Conversation | null = null;
  #verdict: VariantType | DecodeError | null = null;

  constructor(decoding: FrameDecoding, times: FrameTimes) {
    this.#decoding = decoding;
    this.#times = times;
    this.#scanner = new VariantScanner(decoding);
    this.#decoder = new VariantDecoder(decoding);
  }

  /** Turns to another frame. */
  look(frame: PacketFrame | BrokenFrame, index: number, conversation: Conversation | null): this {
    this.#frame = frame;
    this.#index = index;
    this.#conversation = conversation;
    this.#verdict = null;
    return this;
  }

  get #origin(): PacketOrigin | null {
    return this.#frame?.kind === "packet" ? this.#frame.origin : null;
  }

  get protocols(): readonly string[] {
    return this.#origin?.protocol ?? NO_PROTOCOLS;
  }

  get source(): string | null {
    return this.#origin?.source ?? null;
  }

  get destination(): string | null {
    return this.#origin?.destination ?? null;
  }

  get frame(): number {
    return this.#origin?.frame ?? this.#index + 1;
  }

  get time(): number | null {
    const origin = this.#origin;
    return origin === null ? null : this.#times.elapsed(origin.time);
  }

  get size(): number {
    const frame = this.#frame;
    if (frame === null) return 0;
    return frame.kind === "packet" ? frame.bytes.length : frame.size;
  }

  get conversation(): number | null {
    return this.#conversation?.number ?? null;
  }

  get direction(): Direction | null {
    const source = this.source;
    return source === null ? null : this.#conversation?.directionFrom(source) ?? null;
  }

  get type(): string | null {
    const verdict = this.#read();
    return verdict instanceof DecodeError ? null : typeName(verdict, this.#decoding.godot);
  }

  get error(): string | null {
    const verdict = this.#read();
    return verdict instanceof DecodeError ? verdict.code : null;
  }

  get notes(): readonly string[] {
    const frame = this.#frame;
    if (frame?.kind !== "packet" || this.#read() instanceof DecodeError) return [];
    return frameNotes(frame, this.#decoding).map(({ code }) => code);
  }

  get value(): Variant | undefined {
    const frame = this.#frame;
    if (frame?.kind !== "packet") return undefined;
    try {
      return this.#decoder.decode(frame.bytes);
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  /** The type, or why there is none; no value is built. */
  #read(): VariantType | DecodeError {
    this.#verdict ??= this.#scan();
    return this.#verdict;
  }

  #scan(): VariantType | DecodeError {
    const frame = this.#frame;
    if (frame === null) throw new TypeError("There is no frame to look at");
    if (frame.kind === "broken") return frame.error;
    try {
      return this.#scanner.scan(frame.bytes).type;
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
  }
}
