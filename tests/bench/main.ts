/** `deno task bench`: what packetpeer claims about speed, measured against peers in the same run. */

import { benchCapture } from "./capture.ts";
import { benchCodec } from "./codec.ts";
import { benchDtls } from "./dtls.ts";
import { measurePart } from "./native_peer.ts";
import { benchSockets } from "./sockets.ts";
import { benchStartUp } from "./start_up.ts";

await benchCodec();
await benchStartUp();
await measurePart("sockets", benchSockets);
await measurePart("DTLS", benchDtls);
await measurePart("captures", benchCapture);
