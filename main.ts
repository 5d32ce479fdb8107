/** The command line program: runs the application with the process around it. */

import { run } from "./src/cli/app.ts";
import { denoSystem } from "./src/cli/io.ts";

Deno.exit(await run(Deno.args, denoSystem()));
