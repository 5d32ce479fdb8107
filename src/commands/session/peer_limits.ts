/** How many peers and handshakes `listen` takes at once, and what it says when there are more. */

import type { OptionSpec, ParsedOptions } from "../../cli/command.ts";
import type { Output } from "../../cli/output.ts";
import { UsageError } from "../../errors.ts";

/** Peers of a server. */
export const MAX_PEERS: OptionSpec = {
  name: "max-peers",
  kind: "count",
  placeholder: "N",
  default: "4096",
  help: "peers at once; above it, dtls refuses handshakes, tcp and tls let peers wait, and udp " +
    "forgets the one that is silent longest",
};

/** What one of these options says. Throws `UsageError` for a limit that nobody gets through. */
export function readLimit(options: ParsedOptions, { name }: OptionSpec): number {
  const limit = options.number(name) ?? 0;
  if (limit > 0) return limit;
  throw new UsageError(`--${name} ${limit} would let nobody in; write 1 or more`);
}

/** Makes a function that says on stderr, once for each limit, that it is reached. */
export function limitTeller(
  output: Output,
): (limit: "peers" | "handshakes", most: number) => void {
  const told = new Set<string>();
  return (limit, most) => {
    if (told.has(limit)) return;
    told.add(limit);
    const [are, option] = limit === "peers"
      ? [most === 1 ? "peer is connected" : "peers are connected", "--max-peers"]
      : [most === 1 ? "handshake is under way" : "handshakes are under way", "--max-handshakes"];
    output.error(
      `packetpeer: warning: ${most} ${are}, as many as ${option} allows: more are refused until ` +
        "there is room; the summary counts them",
    );
  };
}
