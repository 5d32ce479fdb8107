/** What an input comes to, as one JSON object. */

import type { Conversation, DirectionCounts } from "../../inspect/conversations.ts";
import type { ShapeCounts } from "../../inspect/message_shapes.ts";
import type { TrafficStats } from "../../inspect/traffic_stats.ts";

/**
 * `{"event":"stats",…}`. Times are in seconds, sizes in bytes; a figure that was not measured is
 * absent. `first` is when a conversation began, since the first packet.
 */
export function statsJson(stats: TrafficStats): string {
  const { packets, bytes, errors, start, seconds, conversations, shapes } = stats;
  return JSON.stringify({
    event: "stats",
    packets,
    bytes,
    errors,
    seconds: known(seconds),
    conversations: conversations.list()
      .filter((conversation) => conversation.packets > 0)
      .map((conversation) => conversationObject(conversation, start)),
    ...(conversations.foldedCount === 0 ? {} : {
      other_conversations: {
        count: conversations.foldedCount,
        ...plainCounts(conversations.folded),
      },
    }),
    shapes: shapes.list().map((shape) => shapeObject(shape, bytes, seconds)),
    ...(shapes.foldedCount === 0 ? {} : {
      other_shapes: {
        count: shapes.foldedCount,
        packets: shapes.folded.packets,
        bytes: shapes.folded.bytes,
      },
    }),
  });
}

function conversationObject(conversation: Conversation, start: number): unknown {
  const { number, transport, client, server, toServer, toClient } = conversation;
  return {
    conversation: number,
    protocol: transport,
    client,
    server,
    packets: conversation.packets,
    bytes: conversation.bytes,
    errors: conversation.errors,
    to_server: plainCounts(toServer),
    to_client: plainCounts(toClient),
    first: known(conversation.firstTime - start),
    seconds: known(conversation.seconds),
  };
}

function plainCounts({ packets, bytes, errors }: DirectionCounts): Record<string, number> {
  return { packets, bytes, errors };
}

function shapeObject(shape: ShapeCounts, allBytes: number, seconds: number): unknown {
  const { packets, bytes, min, max } = shape;
  return {
    ...(shape.isError ? { error: shape.shape } : { shape: shape.shape }),
    packets,
    bytes,
    share: allBytes === 0 ? undefined : Number((bytes / allBytes).toFixed(6)),
    size: { min, mean: Number((bytes / packets).toFixed(3)), max },
    per_second: seconds > 0 ? Number((packets / seconds).toFixed(3)) : undefined,
    bytes_per_second: seconds > 0 ? Number((bytes / seconds).toFixed(3)) : undefined,
  };
}

/** To the microsecond; undefined, and so absent, when it is not known. */
function known(seconds: number): number | undefined {
  return Number.isNaN(seconds) ? undefined : Number(seconds.toFixed(6));
}
