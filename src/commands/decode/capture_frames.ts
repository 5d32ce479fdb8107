/** The packets in a capture file, as `decode` reads them. */

import type { Io } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { ContentType } from "../../dtls/record.ts";
import { DecodeError, UsageError } from "../../errors.ts";
import {
  type CaptureEvent,
  type CaptureProblem,
  type CaptureProblemCode,
  CaptureReader,
} from "../../pcap/capture.ts";
import type { Frame } from "../../pcap/frame.ts";
import { gunzip } from "../../pcap/gzip.ts";
import type { RecordCrypto } from "../../tls/crypto.ts";
import type { ObservedRecord } from "../../tls/observed.ts";
import type { Chunks } from "../input/chunks.ts";
import type { CaptureBatch, FrameBatches, FrameReading, InputFrame } from "./input_frame.ts";
import { printRecord } from "./record_lines.ts";

/**
 * The packets of a capture, in batches, at least one for each chunk of the file. What is wrong with
 * the capture is said on stderr, and what TLS and DTLS records say is printed. Throws `UsageError`
 * when the bytes are no capture.
 */
export async function* readCaptureFrames(
  chunks: Chunks,
  reading: FrameReading,
  io: Io,
): FrameBatches {
  using frames = new CaptureFrames(await openReader(reading, io), reading, io);
  for await (const chunk of gunzip(chunks, frames.warn)) {
    frames.reader.push(chunk);
    yield* frames.read();
  }
  frames.reader.finish();
  yield* frames.read();
  frames.tellRest();
}

async function openReader({ framing, keylog }: FrameReading, io: Io): Promise<CaptureReader> {
  const options = { framing: framing ?? "auto" };
  if (keylog === undefined) return new CaptureReader(options);
  const { readKeyLog } = await load<typeof import("./key_log_file.ts")>(
    "../commands/decode/key_log_file.ts",
  );
  const keyLog = await readKeyLog(keylog, io);
  return new CaptureReader({ ...options, keyLog, crypto: await loadCrypto() });
}

async function loadCrypto(): Promise<RecordCrypto> {
  const { MachineCrypto } = await load<typeof import("./record_crypto.ts")>(
    "../commands/decode/record_crypto.ts",
  );
  return new MachineCrypto();
}

/** Problems of one kind that are told one by one, unless `--verbose` asks for all. */
const MAX_TOLD = 20;

/** The frames that a reader has, now and later. */
class CaptureFrames implements Disposable {
  readonly reader: CaptureReader;
  readonly #io: Io;
  readonly #isSelective: boolean;
  /** Encrypted records of application data that were not told one by one. */
  #hidden = 0;
  /** How often there was each kind of problem. */
  readonly #problems = new Map<CaptureProblemCode, number>();
  /** True when keys have come up for which there is nothing to decrypt with. */
  #needsCrypto = false;

  constructor(reader: CaptureReader, { isSelective = false }: FrameReading, io: Io) {
    this.reader = reader;
    this.#isSelective = isSelective;
    this.#io = io;
  }

  readonly warn = (message: string): void =>
    this.#io.output.status(`packetpeer: capture: ${message}`);

  /** What can be read now. A batch ends where keys come up: loading what uses them takes a wait. */
  async *read(): FrameBatches {
    do {
      this.#needsCrypto = false;
      yield this.#batch();
      if (this.#needsCrypto) this.reader.crypto = await loadCrypto();
    } while (this.#needsCrypto);
  }

  /** Gives back what decrypts. */
  [Symbol.dispose](): void {
    this.reader.crypto?.[Symbol.dispose]();
  }

  /** Says at the end what was not told one by one, and what a selection cannot have had. */
  tellRest(): void {
    for (const [code, count] of this.#problems) {
      const more = count - MAX_TOLD;
      if (more > 0 && !this.#io.output.isVerbose) {
        this.warn(`${more} more problems of the kind ${code}; --verbose tells each`);
      }
    }
    if (this.#hidden === 0) return;
    const what = `records of application data that stay encrypted: ${this.#hidden}`;
    this.warn(`${what}; --keylog FILE decrypts them`);
  }

  #tell({ code, message }: CaptureProblem): void {
    const count = (this.#problems.get(code) ?? 0) + 1;
    this.#problems.set(code, count);
    if (count <= MAX_TOLD || this.#io.output.isVerbose) this.warn(message);
  }

  #batch(): CaptureBatch {
    const { reader } = this;
    const nextDatagram = (): Frame | null => readOr(() => reader.nextDatagram());
    return { reader, nextDatagram, [Symbol.iterator]: () => this.#frames() };
  }

  *#frames(): Generator<InputFrame> {
    for (let event = nextEvent(this.reader); event !== null; event = nextEvent(this.reader)) {
      switch (event.type) {
        case "packet":
          yield { kind: "packet", bytes: event.payload, offset: 0, origin: event };
          break;
        case "record":
          if (!this.#isSelective) printRecord(this.#io.output, event);
          else if (isHiddenData(event.record)) this.#hidden++;
          break;
        case "problem":
          this.#tell(event);
          break;
        case "keys":
          this.#needsCrypto = true;
          return;
      }
    }
  }
}

function isHiddenData({ contentType, locked }: ObservedRecord): boolean {
  return locked !== null && contentType === ContentType.applicationData;
}

function nextEvent(reader: CaptureReader): CaptureEvent | null {
  return readOr(() => reader.next());
}

/** What is no capture is none that can be read: the user's mistake. */
function readOr<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(error.message, "ERR_INVALID_DATA");
  }
}
