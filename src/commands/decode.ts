/** The `decode` command: packets from arguments, stdin, files and captures, printed as values. */

import type { Command, ExitCode, Io, ParsedOptions } from "../cli/command.ts";
import { DecodeRun } from "./decode/run.ts";

/** Turns bytes into values. */
export const decode: Command = {
  name: "decode",
  synopsis: "[FRAME…]",
  summary: "turn bytes into the values that get_var reads",
  description: "FRAME is hex (white space, 0x and : allowed), @FILE, or - for stdin, which is " +
    "read when there is no FRAME. What does not decode is a line on stderr, and an empty line on " +
    "stdout: line N stays frame N. Values are printed without loss; see packetpeer help values. " +
    "TLS and DTLS records of captures that are no packets (handshakes, alerts, what stays " +
    'encrypted) are lines on stderr, with -o json objects with "event":"record" and no index: ' +
    "jq 'select(.event == null)' leaves the packets. Where a packet was captured twice (on two " +
    "interfaces, say), UDP has it twice, as the capture has; TCP has it once.",
  examples: [
    ["packetpeer decode 0200000007000000", "prints 7"],
    ["packetpeer decode -o tree @packet.bin", "every byte explained"],
    [
      "packetpeer decode -o json @game.pcapng | jq 'select(.ok and .event == null).value'",
      "the values in a capture",
    ],
    [`packetpeer decode @game.pcap --filter 'port == 4242 && value.cmd == "move"'`, "some of them"],
    ["packetpeer decode @game.pcap --stats", "what each kind of message costs"],
    ["packetpeer decode @game.pcap --follow 1 -o pcapng > one.pcapng", "a smaller capture"],
  ],
  options: [
    {
      name: "output",
      short: "o",
      kind: "choice",
      placeholder: "MODE",
      choices: ["text", "json", "native", "hex", "tree", "hexdump", "pcapng"],
      help:
        "what a value looks like on stdout; pcapng writes the packets, with the addresses and " +
        "times that they had, to a capture",
    },
    {
      name: "from",
      kind: "choice",
      placeholder: "FORMAT",
      choices: ["auto", "hex", "base64", "raw", "pcap", "ndjson"],
      default: "auto",
      help: "how stdin and files are written; hex, base64 and ndjson have one frame a line",
    },
    {
      name: "framing",
      kind: "choice",
      placeholder: "FRAMING",
      choices: ["none", "packet-stream", "auto"],
      help:
        "whether PacketPeerStream's 4 bytes of length are in front of each packet; auto finds " +
        "out, in captures for each TCP stream by lengths that fit to the byte and packets that " +
        "are Variants (default none, in captures auto)",
    },
    {
      name: "keylog",
      kind: "string",
      placeholder: "FILE",
      help: "decrypt TLS and DTLS in captures with the secrets in this SSLKEYLOGFILE, as listen " +
        "and send --keylog write it; keys inside a pcapng are used by themselves",
    },
    {
      name: "filter",
      kind: "string",
      placeholder: "EXPR",
      help: "only packets like udp && port == 4242; see packetpeer help filter",
    },
    {
      name: "follow",
      kind: "count",
      placeholder: "N",
      help: "only conversation N, as a dialogue; --stats numbers the conversations",
    },
    {
      name: "stats",
      kind: "flag",
      help: "count instead: conversations, and what each kind of message costs on the wire",
    },
    {
      name: "time",
      kind: "choice",
      placeholder: "FORMAT",
      choices: ["absolute", "relative", "delta"],
      help: "list captured packets for people with their times: UTC, since the first packet, or " +
        "since the line above (without it, values alone; with --follow, relative)",
    },
    {
      name: "allow-objects",
      kind: "flag",
      help: "read objects sent in full, as data; nothing is ever instantiated",
    },
    {
      name: "keep-going",
      kind: "flag",
      isNegatable: true,
      default: "true",
      help: "go on after a frame that does not decode",
    },
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  return await new DecodeRun(options, io).run();
}
