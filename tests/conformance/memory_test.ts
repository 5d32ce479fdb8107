import { MemoryServer } from "../../src/net/memory.ts";
import { testTransport } from "./peer_suite.ts";

testTransport({
  name: "memory",
  hasConnections: true,
  open: () => {
    const server = new MemoryServer();
    return Promise.resolve({ server, connect: () => Promise.resolve(server.connect()) });
  },
});
