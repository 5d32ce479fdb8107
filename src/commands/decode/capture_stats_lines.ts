/** What an input comes to, as tables for people. */

import type { Paint } from "../../cli/paint.ts";
import type { Conversation, ConversationTable } from "../../inspect/conversations.ts";
import type { MessageShapes, ShapeCounts } from "../../inspect/message_shapes.ts";
import type { TrafficStats } from "../../inspect/traffic_stats.ts";
import { counted, sizeText } from "../session/report_words.ts";

/** Rows of a table that people read; JSON has them all. */
const MAX_ROWS = 40;

/** A summary, the conversations, and the messages by shape, those with most bytes first. */
export function statsLines(stats: TrafficStats, paint: Paint): string[] {
  return [
    paint.dim(`--- ${summary(stats)} ---`),
    ...conversationLines(stats.conversations, stats.start, paint),
    "",
    ...shapeLines(stats.shapes, stats, paint),
  ];
}

function summary({ packets, bytes, errors, seconds }: TrafficStats): string {
  const parts = [counted(packets, "packet"), sizeText(bytes)];
  if (seconds > 0) parts.push(`${Number(seconds.toFixed(seconds < 1 ? 6 : 3))} s`);
  if (errors > 0) parts.push(`${errors} did not decode`);
  return parts.join(", ");
}

function conversationLines(
  table: ConversationTable,
  start: number,
  paint: Paint,
): string[] {
  const all = table.list().filter(({ packets }) => packets > 0);
  if (all.length === 0) return [];
  const shown = all.sort((a, b) => b.bytes - a.bytes).slice(0, MAX_ROWS);
  const rows = shown.map((conversation) => conversationRow(conversation, start));
  const lines = renderTable(CONVERSATION_COLUMNS, rows, paint);
  const { folded, foldedCount } = table;
  if (all.length > shown.length) lines.push(more(all.length - shown.length, paint));
  if (foldedCount > 0) {
    const what = `${folded.packets} packets, ${sizeText(folded.bytes)}`;
    lines.push(paint.dim(`  other: ${foldedCount} conversations that had fallen silent, ${what}`));
  }
  return ["", ...lines];
}

const CONVERSATION_COLUMNS: readonly Column[] = [
  { title: "#", isText: false },
  { title: "protocol", isText: true },
  { title: "client", isText: true },
  { title: "server", isText: true },
  { title: "→", isText: false },
  { title: "size", isText: false },
  { title: "←", isText: false },
  { title: "size", isText: false },
  { title: "errors", isText: false },
  { title: "begins", isText: false },
  { title: "seconds", isText: false },
];

function conversationRow(
  conversation: Conversation,
  start: number,
): readonly string[] {
  const { number, transport, client, server, toServer, toClient, errors } = conversation;
  return [
    String(number),
    transport,
    client,
    server,
    String(toServer.packets),
    sizeText(toServer.bytes),
    String(toClient.packets),
    sizeText(toClient.bytes),
    String(errors),
    secondsText(conversation.firstTime - start),
    secondsText(conversation.seconds),
  ];
}

function shapeLines(
  shapes: MessageShapes,
  { bytes, seconds }: TrafficStats,
  paint: Paint,
): string[] {
  const all = shapes.list();
  const shown = all.slice(0, MAX_ROWS);
  const rows = shown.map((shape) => shapeRow(shape, bytes, seconds));
  const lines = renderTable(SHAPE_COLUMNS, rows, paint);
  if (all.length > shown.length) lines.push(more(all.length - shown.length, paint));
  const { folded, foldedCount } = shapes;
  if (foldedCount > 0) {
    const what = `${folded.packets} packets, ${sizeText(folded.bytes)}`;
    lines.push(paint.dim(`  other: ${foldedCount} rare shapes, ${what}`));
  }
  return lines;
}

const SHAPE_COLUMNS: readonly Column[] = [
  { title: "packets", isText: false },
  { title: "size", isText: false },
  { title: "share", isText: false },
  { title: "min", isText: false },
  { title: "mean", isText: false },
  { title: "max", isText: false },
  { title: "packets/s", isText: false },
  { title: "size/s", isText: false },
  { title: "message", isText: true },
];

function shapeRow(
  shape: ShapeCounts,
  allBytes: number,
  seconds: number,
): readonly string[] {
  const { packets, bytes, min, max } = shape;
  const isTimed = seconds > 0;
  return [
    String(packets),
    sizeText(bytes),
    allBytes === 0 ? "-" : `${(bytes / allBytes * 100).toFixed(1)} %`,
    String(min),
    String(Math.round(bytes / packets)),
    String(max),
    isTimed ? (packets / seconds).toFixed(1) : "-",
    isTimed ? sizeText(Math.round(bytes / seconds)) : "-",
    shape.isError ? `does not decode: ${shape.shape}` : shape.shape,
  ];
}

function more(count: number, paint: Paint): string {
  return paint.dim(`  … and ${count} more; -o json has them all`);
}

function secondsText(seconds: number): string {
  return Number.isNaN(seconds) ? "-" : seconds.toFixed(3);
}

/** A column; numbers are set to the right. */
interface Column {
  readonly title: string;
  readonly isText: boolean;
}

function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => {
      const width = widths[i] ?? 0;
      return columns[i]?.isText ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd();
  return [paint.bold(line(columns.map(({ title }) => title))), ...rows.map(line)];
}
