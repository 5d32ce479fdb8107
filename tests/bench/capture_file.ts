/** A capture to measure on: as many UDP packets with put_var values as wanted, written quickly. */

import { encodeVariant } from "../../src/variant/encode.ts";
import { VariantDictionary, Vector3 } from "../../src/variant/types.ts";
import { pcapHeader } from "../support/pcap_builder.ts";

const RECORD_HEADER_SIZE = 16;
const IP = RECORD_HEADER_SIZE + 14;
const UDP = IP + 20;
const PAYLOAD = UDP + 8;
const BLOCK_SIZE = 1 << 20;
const START_SECONDS = 1_767_225_600; // 2026-01-01
const PACKETS_PER_SECOND = 10_000;
const SERVER_PORT = 4242;
const CLIENTS = 64;

/**
 * Writes a classic pcap file: 64 clients and a server tell each other where players are, 112 bytes a
 * packet. No two positions are alike.
 */
export function writeCapture(path: string, packets: number): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  writeAll(file, pcapHeader());
  const block = new Uint8Array(BLOCK_SIZE);
  let length = 0;
  for (let n = 0; n < packets; n++) {
    const payload = encodeVariant(playerState(n));
    if (length + PAYLOAD + payload.length > BLOCK_SIZE) {
      writeAll(file, block.subarray(0, length));
      length = 0;
    }
    length += writeFrame(block.subarray(length), n, payload);
  }
  writeAll(file, block.subarray(0, length));
}

/** Players walk in circles, as floats of 32 bits see them. */
function playerState(n: number): VariantDictionary {
  const angle = n / 1000;
  const pos = new Vector3(100 * Math.cos(angle), n % 50 / 8, 100 * Math.sin(angle));
  const values = [`player_${n % 10}`, BigInt(n % 10_000), pos, n % 3 > 0];
  return new VariantDictionary(["name", "score", "pos", "alive"], values);
}

/** Writes one record; returns its size. */
function writeFrame(block: Uint8Array, n: number, payload: Uint8Array): number {
  const size = PAYLOAD + payload.length;
  const view = new DataView(block.buffer, block.byteOffset, size);
  block.fill(0, 0, PAYLOAD);
  view.setUint32(0, START_SECONDS + Math.floor(n / PACKETS_PER_SECOND), true);
  view.setUint32(4, n % PACKETS_PER_SECOND * (1_000_000 / PACKETS_PER_SECOND), true);
  view.setUint32(8, size - RECORD_HEADER_SIZE, true);
  view.setUint32(12, size - RECORD_HEADER_SIZE, true);
  view.setUint16(IP - 2, 0x0800);
  const client = n % CLIENTS, isFromClient = n % 3 > 0;
  const clientAddress = 0x0a000100 + client, serverAddress = 0x0a000001;
  view.setUint16(IP, 0x4500);
  view.setUint16(IP + 2, size - IP);
  view.setUint16(IP + 4, n & 0xffff);
  view.setUint16(IP + 8, 0x4011);
  view.setUint32(IP + 12, isFromClient ? clientAddress : serverAddress);
  view.setUint32(IP + 16, isFromClient ? serverAddress : clientAddress);
  view.setUint16(IP + 10, checksum(view, IP, UDP, 0));
  view.setUint16(UDP, isFromClient ? 50_000 + client : SERVER_PORT);
  view.setUint16(UDP + 2, isFromClient ? SERVER_PORT : 50_000 + client);
  view.setUint16(UDP + 4, size - UDP);
  block.set(payload, PAYLOAD);
  const pseudoHeader = sum(view, IP + 12, UDP) + 17 + size - UDP;
  view.setUint16(UDP + 6, checksum(view, UDP, size, pseudoHeader) || 0xffff);
  return size;
}

/** RFC 1071, over an even number of bytes. */
function checksum(view: DataView, start: number, end: number, initial: number): number {
  const total = sum(view, start, end) + initial;
  const folded = (total & 0xffff) + (total >>> 16);
  return ~((folded & 0xffff) + (folded >>> 16)) & 0xffff;
}

function sum(view: DataView, start: number, end: number): number {
  let total = 0;
  for (let at = start; at < end; at += 2) total += view.getUint16(at);
  return total;
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
