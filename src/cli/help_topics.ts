/** Help that belongs to several commands: how values and endpoints are written. */

import { layoutRows, type TextStyle, wrap } from "./layout.ts";

/** One page of help: `packetpeer help NAME`. */
export interface HelpTopic {
  readonly name: string;
  lines(style: TextStyle): string[];
}

/** A paragraph and the rows that belong to it. */
interface Part {
  readonly text: string;
  readonly rows: readonly (readonly [label: string, text: string])[];
}

const VALUES: readonly Part[] = [
  {
    text: "A value is one Godot Variant, written as Godot's var_to_str and GDScript write it:",
    rows: [
      ["null, true, 42, 1.0", "Nil, bool, int, float: 1 and 1.0 are different values"],
      ['"text"', String.raw`String, with \n, \", \u00e9 and the like`],
      ['&"name"', "StringName"],
      ['^"Node/Path:prop"', 'NodePath; also NodePath("Node/Path:prop")'],
      ["[1, 2.5, null]", "Array; typed: Array[int]([1, 2])"],
      ['{"id": 7, &"k": []}', "Dictionary; typed: Dictionary[String, int]({})"],
      ["Vector2(1, 2)", "the vectors, rectangles, matrices and Color by their numbers"],
      ["PackedByteArray(1, 2)", 'packed arrays by their elements; bytes also as base64: ("AQI=")'],
      ["inf, -inf, nan", "the floats that are no numbers"],
    ],
  },
  {
    text:
      "Reading is as tolerant as str_to_var. Printing is always one line, in the order of the " +
      "wire, and loses nothing; where Godot's notation would, it goes further, and reads it back:",
    rows: [
      ['Signal("died", 1234)', "a Signal with its name and the id of its object"],
      ["Object(id 1234)", "an object sent as its instance id"],
      ['Object(Node, "name": "a")', "an object sent in full: data, never instantiated"],
      [
        'NodePath(["a/b"], ["x"], true)',
        "names that hold / or :, subnames, whether it is absolute",
      ],
      ["nan(0x7ff8000000000001)", "a NaN with other bits than the usual one"],
    ],
  },
];

const ENDPOINTS: readonly Part[] = [
  {
    text:
      "An endpoint is a URL that says transport and address. A name that has several addresses is " +
      "tried address by address.",
    rows: [
      ["udp://127.0.0.1:4242", "PacketPeerUDP: each datagram is one packet"],
      ["tcp://game.example:4242", "PacketPeerStream over TCP: 4 bytes of length, then the packet"],
      ["dtls://127.0.0.1:4242", "PacketPeerDTLS and DTLSServer: encrypted datagrams"],
      ["tls://game.example:4242", "PacketPeerStream over StreamPeerTLS: as tcp, encrypted"],
      ["udp://[::1]:4242", "IPv6 addresses in brackets"],
      ["udp://:4242", "listen: an empty host is loopback; all interfaces are 0.0.0.0 or [::]"],
      ["udp://:0", "listen: port 0 is any free port, and the real one is printed"],
    ],
  },
];

const FILTER: readonly Part[] = [
  {
    text:
      "A filter tells which packets are wanted. It compares fields with values; a field alone asks " +
      "whether the packet has it. A field that the packet lacks compares as false with everything.",
    rows: [
      ['udp && port == 4242 && value.cmd == "move"', "moves of one game, over UDP"],
      ["!ok", "packets that do not decode"],
      ["size > 1200 || notes", "large ones, and those with something to remark"],
      ["value.pos.x < 0 and not (host == 10.0.0.1)", "and, or, not are words as well"],
      ['value["player id"] in [7, 8]', "any key in brackets, one of several values"],
      ["value.items contains 3", "an element, a key of a dictionary, a part of a text"],
      ["value.name ~ /^bot_/i", "a regular expression of JavaScript"],
    ],
  },
  {
    text: "The fields of a packet; addresses and words need no quotes:",
    rows: [
      ["udp, tcp, dtls, tls, ip, ipv6", "the layers it came under; they stand alone"],
      ["src, dst, host", "address of the sender, the receiver, either; with a port, too"],
      ["sport, dport, port", "port of the sender, the receiver, either"],
      ["direction", "to_server or to_client: the client is who sent first"],
      ["conversation", "its number, as --stats shows it"],
      ["frame, time, size", "number in the capture, seconds since the first packet, bytes"],
      ["ok, error", "whether it decodes; Godot's error, as ERR_INVALID_DATA"],
      ["type", "of the outermost value: Dictionary, int, Vector3 …"],
      ["notes", "what there is to remark: trailing-bytes, bad-checksum …"],
      ["value, value.a.b, value[0]", "the value, or a part of it: a key, a member, an element"],
    ],
  },
  {
    text:
      "The operators are == != < <= > >= in contains ~; values are written as in packetpeer help " +
      "values. An int and a float are equal when their numbers are, a String and a StringName when " +
      'their texts are. With host and port, "!=" means neither end. Only filters that ask for ok, ' +
      "error, type, notes or value have packets decoded.",
    rows: [],
  },
];

const REPORT: readonly Part[] = [
  {
    text: "With -o json, listen, send and bench end with one line, the report. Durations are in " +
      "milliseconds, sizes in bytes. A figure that was not measured is absent, never 0; of bench, a " +
      "percentile too: p50 from 2 samples on, p90 from 10, p99 from 100, p99.9 from 10,000 and " +
      "p99.99 from 100,000.",
    rows: [
      ["event", 'always "summary"'],
      ["endpoint, seconds", "where to, and for how long packets were sent"],
      ["packets", "sent, received, lost, duplicate, reordered"],
      ["bytes", "sent, received: payloads alone"],
      ["errors", "by kind: decode, send, connect, connection, timeout, dropped …"],
      ["rtt_ms", "count, min, mean, p50, p90, p99, p999, p9999, max, jitter"],
      ["handshake_ms", "full handshakes; resumed ones are in resumed_handshake_ms"],
      ["peers", "total, peak"],
    ],
  },
  {
    text: "bench adds to it:",
    rows: [
      ["model", "open, closed, flood or connect"],
      ["options", "as they were in effect: rate, window, clients, warmup_ms …"],
      ["started, runs", "when measuring began; how many runs were added up"],
      ["packets", "unmatched, untimed: what answers nothing, or too late to be timed"],
      ["loss_runs", 'longest, distribution: {"1": 10, "3": 1} is 10 lost alone, 3 in a row once'],
      ["rates", "packets_per_second, bytes_per_second, connections_per_second"],
      ["connect_ms, connections", "time to connect; attempted, established"],
      ["sender", "asked_rate, achieved_rate, late_max_ms, late_share, is_limit"],
      ["clients", "total; mean, p50, p99, max, lost: each min, median, max; list: the first 100"],
      ["series", "each interval_seconds: time, sent, received, lost, p50, p99, max"],
    ],
  },
  {
    text: "Before it, bench says on a line of its own:",
    rows: [
      ['"event":"interval"', "with --interval: time, seconds, packets, rtt_ms"],
      ['"event":"comparison"', "with --compare: figures, each with old, new, change, is_better"],
      ['"event":"assertion"', "for each limit: claim, holds, actual, limit, message"],
    ],
  },
  {
    text: 'After it, when the exit code is not 0: "event":"error" with exit, code and message.',
    rows: [],
  },
];

/** In the order in which the main help names them. */
export const TOPICS: readonly HelpTopic[] = [
  topic("values", VALUES),
  topic("endpoints", ENDPOINTS),
  topic("filter", FILTER),
  topic("report", REPORT),
];

function topic(name: string, parts: readonly Part[]): HelpTopic {
  return { name, lines: (style) => parts.flatMap((part, i) => partLines(part, i > 0, style)) };
}

function partLines({ text, rows }: Part, hasGap: boolean, style: TextStyle): string[] {
  return [
    ...(hasGap ? [""] : []),
    ...wrap(text, style.columns),
    ...layoutRows(rows, style.columns, style.paint.cyan),
  ];
}
