/**
 * The packet that is sent over and over, as bytes: encoded once, with the places of the packet's
 * number and time known, so that sending one more only writes these.
 *
 * In a value, a String that is `"$seq"` stands for the number of the packet and one that is
 * `"$time"` for the time at which it is made, in microseconds since 1970-01-01 UTC; anywhere but as
 * the key of a Dictionary, and the whole String only. Both become ints: the number always in
 * Godot's short form of 32 bits (it begins again at 0 after 2^31 packets), the time in the long one.
 */

import { UsageError } from "../errors.ts";
import { encodeVariant } from "../variant/encode.ts";
import {
  EncodedObject,
  type GodotVersion,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "../variant/types.ts";

/** A packet as bytes, and where its number and its time go. All packets have the same size. */
export interface PacketTemplate {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the number goes: 4 bytes each, an `int` in Godot's short form. */
  readonly sequenceOffsets: readonly number[];
  /** Where the time goes: 8 bytes each, an `int` in Godot's long form. */
  readonly timeOffsets: readonly number[];
  /** The first 8 bytes are the number, as an unsigned little-endian integer. */
  readonly hasHeader: boolean;
  /** The value with its placeholders; null for raw packets. */
  readonly value: Variant | null;
}

/** The key, and the placeholder, of a packet's number. */
export const SEQUENCE_WORD = "$seq";
/** The placeholder of the time at which a packet is made. */
export const TIME_WORD = "$time";
/** The key of the filler that `sizeBytes` adds to a Dictionary. */
export const FILLER_KEY = "$pad";
/** Size of the header in front of a packet, in bytes. */
export const HEADER_SIZE = 8;

/** The largest packet that is made, in bytes. */
export const MAX_TEMPLATE_SIZE: number = 64 * 1024 * 1024;

/** Numbers in values are ints of 32 bits: after so many packets they begin again at 0. */
export const SEQUENCE_PERIOD: number = 2 ** 31;
const SEQUENCE_MASK = SEQUENCE_PERIOD - 1;

/** How to make a template of a value. */
export interface ValueTemplateOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** Write objects in full. @default {false} */
  readonly fullObjects?: boolean;
  /** Give a Dictionary the key `"$seq"`; other values stay as they are. @default {true} */
  readonly addSequenceKey?: boolean;
  /**
   * Pad to that size, header included: a Dictionary gets the key `"$pad"` with a PackedByteArray of
   * zeros. Values take whole words, so it must be a multiple of 4.
   */
  readonly sizeBytes?: number;
  /** Put the 8-byte header in front. @default {false} */
  readonly hasHeader?: boolean;
}

/**
 * Makes the template of a value.
 *
 * @throws {UsageError} when it cannot have the size that was asked for.
 * @throws {EncodeError} when the value cannot be encoded.
 */
export function valueTemplate(value: Variant, options: ValueTemplateOptions = {}): PacketTemplate {
  const { addSequenceKey = true, hasHeader = false, sizeBytes } = options;
  checkSize(sizeBytes ?? 0);
  const keyed = addSequenceKey && value instanceof VariantDictionary ? withSequence(value) : value;
  const padded = sizeBytes === undefined
    ? keyed
    : withFiller(keyed, sizeBytes - (hasHeader ? HEADER_SIZE : 0), options);
  const headerSize = hasHeader ? HEADER_SIZE : 0;
  const sequenceOffsets = placesOf(
    padded,
    headerSize,
    4,
    (marker) => [marker, USUAL.time],
    options,
  );
  const timeOffsets = placesOf(
    padded,
    headerSize,
    8,
    (marker) => [USUAL.sequence, marker],
    options,
  );
  const bytes = behindHeader(encoded(padded, [USUAL.sequence, USUAL.time], options), headerSize);
  return { bytes, sequenceOffsets, timeOffsets, hasHeader, value: padded };
}

/** How to make a template of bytes. */
export interface RawTemplateOptions {
  /** Fill up with zeros to that size, header included. */
  readonly sizeBytes?: number;
  /** Put the 8-byte header in front. @default {false} */
  readonly hasHeader?: boolean;
}

/**
 * Makes the template of bytes that are sent as they are, behind the header if there is one.
 *
 * @throws {UsageError} when they are more than the size that was asked for.
 */
export function rawTemplate(payload: Uint8Array, options: RawTemplateOptions = {}): PacketTemplate {
  const { hasHeader = false, sizeBytes } = options;
  checkSize(sizeBytes ?? 0);
  const packet = behindHeader(payload, hasHeader ? HEADER_SIZE : 0);
  const size = sizeBytes ?? packet.length;
  if (size < packet.length) throw tooSmall(size, packet.length);
  const bytes = new Uint8Array(size);
  bytes.set(packet);
  return { bytes, sequenceOffsets: [], timeOffsets: [], hasHeader, value: null };
}

/** Before anything of that size is made. */
function checkSize(size: number): void {
  if (size <= MAX_TEMPLATE_SIZE) return;
  throw new UsageError(`the packet cannot have ${size} bytes: the most is ${MAX_TEMPLATE_SIZE}`);
}

function behindHeader(payload: Uint8Array, headerSize: number): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(headerSize + payload.length);
  packet.set(payload, headerSize);
  return packet;
}

/** The Dictionary with the number under its key: in its place where it has the key, else last. */
function withSequence({ keys, values, keyType, valueType }: VariantDictionary): VariantDictionary {
  // Of equal keys, the last is what Godot keeps.
  const index = keys.findLastIndex((key) => isText(key, SEQUENCE_WORD));
  if (index < 0) {
    const allKeys = [...keys, SEQUENCE_WORD], allValues = [...values, SEQUENCE_WORD];
    return new VariantDictionary(allKeys, allValues, keyType, valueType);
  }
  return new VariantDictionary(keys, values.with(index, SEQUENCE_WORD), keyType, valueType);
}

/** True for the String and the StringName of that text: they are the same key to Godot. */
export function isText(value: Variant, text: string): boolean {
  return value === text || value instanceof StringName && value.text === text;
}

/** The Dictionary with a filler that makes it `size` bytes. */
function withFiller(value: Variant, size: number, options: ValueTemplateOptions): Variant {
  const offset = (options.sizeBytes ?? size) - size;
  const sizeOf = (filled: Variant): number => encoded(filled, [0n, USUAL.time], options).length;
  const bareSize = sizeOf(value);
  if (size === bareSize) return value;
  if (size < bareSize) throw tooSmall(size + offset, bareSize + offset);
  if (!(value instanceof VariantDictionary)) {
    throw new UsageError(
      `only a Dictionary can be filled up to ${size + offset} bytes; ` +
        `without a filler the packet has ${bareSize + offset}`,
    );
  }
  const filled = (count: number): VariantDictionary =>
    new VariantDictionary(
      [...value.keys, FILLER_KEY],
      [...value.values, new Uint8Array(count)],
      value.keyType,
      value.valueType,
    );
  const leastSize = sizeOf(filled(0));
  if (size < leastSize) {
    throw new UsageError(
      `the packet cannot have ${size + offset} bytes: it has ${bareSize + offset} without a ` +
        `filler, and at least ${leastSize + offset} with one`,
    );
  }
  if (size % 4 === 0) return filled(size - leastSize);
  const near = size - size % 4 + offset;
  throw new UsageError(
    `the packet cannot have ${size + offset} bytes: Godot's values take whole 32-bit words; ` +
      `${near} or ${near + 4} can be had`,
  );
}

function tooSmall(size: number, least: number): UsageError {
  return new UsageError(`the packet cannot have ${size} bytes: without a filler it has ${least}`);
}

/** A number that is written short, and a time that is written long, as they always are. */
const USUAL = { sequence: 0n, time: 1n << 50n };

/** Number and time, in place of their placeholders. */
type Placed = readonly [sequence: bigint, time: bigint];

function encoded(
  value: Variant,
  placed: Placed,
  { godot = 4, fullObjects = false }: ValueTemplateOptions,
): Uint8Array<ArrayBuffer> {
  return encodeVariant(replaced(value, placed), { godot, fullObjects });
}

/** The value with number and time in place of their placeholders. */
function replaced(value: Variant, placed: Placed): Variant {
  if (value === SEQUENCE_WORD) return placed[0];
  if (value === TIME_WORD) return placed[1];
  if (value instanceof VariantArray) {
    return new VariantArray(value.items.map((item) => replaced(item, placed)), value.elementType);
  }
  if (value instanceof VariantDictionary) {
    const values = value.values.map((item) => replaced(item, placed));
    return new VariantDictionary(value.keys, values, value.keyType, value.valueType);
  }
  if (value instanceof EncodedObject) {
    const properties = value.properties.map((property) => ({
      name: property.name,
      value: replaced(property.value, placed),
    }));
    return new EncodedObject(value.className, properties);
  }
  return value;
}

/** Where a placeholder's bytes are: the only ones in which two packets differ. */
function placesOf(
  value: Variant,
  headerSize: number,
  width: 4 | 8,
  placed: (marker: bigint) => Placed,
  options: ValueTemplateOptions,
): number[] {
  // Two numbers of the same width of which each byte is another.
  const bits = BigInt(width * 8);
  const one = encoded(value, placed(BigInt.asUintN(Number(bits), 0x0101010101010101n)), options);
  const two = encoded(value, placed(BigInt.asUintN(Number(bits), 0x0202020202020202n)), options);
  const places: number[] = [];
  for (let at = 0; at < one.length; at += 4) {
    if (one[at] === two[at]) continue;
    places.push(headerSize + at);
    at += width - 4;
  }
  return places;
}

/** Room for a batch of packets of one template, used again and again. */
export class PacketSlab {
  /** All slots, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The packet in each slot, valid until the slot is written again. */
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  readonly #template: PacketTemplate;
  readonly #view: DataView<ArrayBuffer>;

  constructor(template: PacketTemplate, capacity: number) {
    const size = template.bytes.length;
    this.#template = template;
    this.bytes = new Uint8Array(size * capacity);
    this.#view = new DataView(this.bytes.buffer);
    this.packets = Array.from({ length: capacity }, (_, slot) => {
      this.bytes.set(template.bytes, slot * size);
      return this.bytes.subarray(slot * size, (slot + 1) * size);
    });
  }

  /** Writes number and time (microseconds since 1970-01-01 UTC) into a slot. */
  write(slot: number, sequence: number, timeMicros: number): void {
    const { bytes, sequenceOffsets, timeOffsets, hasHeader } = this.#template;
    const start = slot * bytes.length;
    if (hasHeader) this.#writeWide(start, sequence);
    for (const offset of sequenceOffsets) {
      this.#view.setInt32(start + offset, sequence & SEQUENCE_MASK, true);
    }
    for (const offset of timeOffsets) this.#writeWide(start + offset, timeMicros);
  }

  /** 64 bits of a number that is a safe integer and not negative. */
  #writeWide(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }
}

/** The number of a packet in its header, as `PacketSlab` writes it; larger ones are not exact. */
export function readHeader(packet: Uint8Array): number {
  let value = 0;
  for (let at = HEADER_SIZE - 1; at >= 0; at--) value = value * 256 + packet[at]!; // 8 bytes: checked by the caller
  return value;
}
