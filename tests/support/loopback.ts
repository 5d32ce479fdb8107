/** What the loopback network of this machine can do. */

/** True when ::1 can be bound; some containers have IPv4 alone. */
export function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrNotAvailable) return false;
    if (error instanceof Error && "code" in error && error.code === "EAFNOSUPPORT") return false;
    throw error;
  }
}
