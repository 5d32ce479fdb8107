/** `deno task bench`: what packetpeer claims about speed, measured against peers in the same run. */

import { benchCodec } from "./codec.ts";
import { benchStartUp } from "./start_up.ts";

await benchCodec();
await benchStartUp();
