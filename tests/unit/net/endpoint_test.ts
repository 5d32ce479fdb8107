import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import {
  addressOf,
  canonicalHost,
  type Endpoint,
  type EndpointUse,
  formatEndpoint,
  isIpAddress,
  isIpv4,
  parseEndpoint,
} from "../../../src/net/endpoint.ts";

Deno.test("parseEndpoint() reads scheme, host and port", () => {
  const cases: readonly [text: string, Endpoint][] = [
    ["udp://127.0.0.1:4242", { scheme: "udp", host: "127.0.0.1", port: 4242 }],
    ["tcp://localhost:1", { scheme: "tcp", host: "localhost", port: 1 }],
    ["TCP://Example.COM:65535", { scheme: "tcp", host: "example.com", port: 65535 }],
    ["udp://[::1]:4242", { scheme: "udp", host: "::1", port: 4242 }],
    ["udp://[FE80::1%eth0]:7", { scheme: "udp", host: "fe80::1%eth0", port: 7 }],
    ["tcp://[::ffff:127.0.0.1]:7", { scheme: "tcp", host: "::ffff:127.0.0.1", port: 7 }],
    ["udp://127.0.0.1:4242/", { scheme: "udp", host: "127.0.0.1", port: 4242 }],
    ["udp://my_host-1.local:9", { scheme: "udp", host: "my_host-1.local", port: 9 }],
    ["udp://bücher.example:9", { scheme: "udp", host: "xn--bcher-kva.example", port: 9 }],
    ["udp://host:0042", { scheme: "udp", host: "host", port: 42 }],
  ];
  for (const use of ["listen", "connect"] as const) {
    for (const [text, endpoint] of cases) assertEquals(parseEndpoint(text, use), endpoint);
  }
});

Deno.test("parseEndpoint() for listening takes an empty host as loopback, and port 0", () => {
  assertEquals(parseEndpoint("udp://:0", "listen"), { scheme: "udp", host: "127.0.0.1", port: 0 });
  assertEquals(parseEndpoint("tcp://0.0.0.0:0", "listen").host, "0.0.0.0");
  assertEquals(parseEndpoint("tcp://[::]:0", "listen").host, "::");
});

Deno.test("parseEndpoint() says what is wrong and what is accepted", () => {
  const cases: readonly [text: string, use: EndpointUse, message: string][] = [
    ["", "listen", "write udp://host:port or tcp://host:port"],
    ["nonsense", "listen", "write udp://host:port or tcp://host:port"],
    [
      "localhost:4242",
      "connect",
      "names no transport; write udp://localhost:4242 or tcp://localhost:4242",
    ],
    ["[::1]:4242", "connect", "names no transport; write udp://[::1]:4242 or tcp://[::1]:4242"],
    ["upd://h:1", "connect", 'no transport "upd"; did you mean udp://? use udp://'],
    ["tpc://h:1", "connect", "did you mean tcp://?"],
    ["tcpp://h:1", "connect", "did you mean tcp://?"],
    ["dtsl://h:1", "connect", "did you mean dtls://?"],
    ["gopher://h:1", "connect", 'there is no transport "gopher"; use udp://'],
    ["ws://h:1", "connect", "this version has no ws transport yet; use udp://"],
    ["wss://h:1", "connect", "no wss transport yet"],
    ["enet://h:1", "listen", "no enet transport yet"],
    ["udp://host", "connect", "names no port; write udp://host:port"],
    ["udp://[::1]", "connect", "names no port; write udp://host:port"],
    ["udp://host:", "connect", '"" is no port; write a number from 1 to 65535'],
    ["udp://host:http", "connect", '"http" is no port'],
    ["udp://host:65536", "connect", '"65536" is no port'],
    ["udp://host:-1", "connect", '"-1" is no port'],
    ["udp://host:0", "connect", "port 0 is for listening only; name the port"],
    ["udp://:4242", "connect", "names no host to connect to; write udp://127.0.0.1:4242, say"],
    ["udp://*:4242", "listen", "all interfaces are 0.0.0.0 (IPv4) or [::] (IPv6 and IPv4)"],
    ["udp://::1:4242", "connect", "an IPv6 address stands in brackets"],
    ["udp://[::1", "connect", "this is not host:port"],
    ["udp://[::zz]:1", "connect", '"::zz" is no IPv6 address'],
    ["udp://[::1%]:1", "connect", '"::1%" is no IPv6 address'],
    ["udp://[127.0.0.1]:1", "connect", '"127.0.0.1" is no IPv6 address'],
    ["udp://256.0.0.1:1", "connect", '"256.0.0.1" is no IPv4 address'],
    ["udp://127.1:1", "connect", '"127.1" is no IPv4 address'],
    ["udp://a b:1", "connect", '"a b" is no host name'],
    ["udp://me@host:1", "connect", "an endpoint has no user name; leave it out"],
    ["udp://host:1/path", "connect", "an endpoint ends after the port; leave out the path"],
    ["udp://host:1?x=1", "connect", "an endpoint ends after the port"],
  ];
  for (const [text, use, message] of cases) {
    const error = assertThrows(() => parseEndpoint(text, use), UsageError, message);
    assertEquals(error.message.startsWith(`bad endpoint "${text}": `), true);
  }
});

Deno.test("formatEndpoint() writes what parseEndpoint() reads", () => {
  assertEquals(formatEndpoint("udp", { hostname: "::1", port: 5 }), "udp://[::1]:5");
  assertEquals(formatEndpoint("tcp", { hostname: "1.2.3.4", port: 5 }), "tcp://1.2.3.4:5");
});

Deno.test("canonicalHost() has one spelling for each address", () => {
  const cases: readonly [string, string][] = [
    ["127.0.0.1", "127.0.0.1"],
    ["localhost", "localhost"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::0001", "::1"],
    ["FE80::1%eth0", "fe80::1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["::ffff:c0a8:0102", "192.168.1.2"],
    ["2001:DB8::", "2001:db8::"],
    ["::", "::"],
  ];
  for (const [host, canonical] of cases) assertEquals(canonicalHost(host), canonical);
});

Deno.test("isIpAddress() and isIpv4() know addresses from names", () => {
  for (const host of ["0.0.0.0", "255.255.255.255", "10.1.2.3"]) assertEquals(isIpv4(host), true);
  for (const host of ["256.1.1.1", "1.2.3", "01.2.3.4", "a.b.c.d", "::1", ""]) {
    assertEquals(isIpv4(host), false);
  }
  assertEquals([isIpAddress("::1"), isIpAddress("1.2.3.4"), isIpAddress("localhost")], [
    true,
    true,
    false,
  ]);
});

Deno.test("addressOf() has one spelling for the ends of TCP connections", () => {
  const mapped = { transport: "tcp", hostname: "::ffff:192.0.2.1", port: 7 } as const;
  assertEquals(addressOf(mapped), { hostname: "192.0.2.1", port: 7 });
  const error = assertThrows(() => addressOf({ ...mapped, transport: "udp" }), TypeError);
  assertEquals(error.message, "a TCP connection has TCP addresses");
});
