/** Whether a host, by name or number, is this machine and reached by nobody else. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, "").toLowerCase();
  return plain === "localhost" || plain.endsWith(".localhost") || plain === "::1" || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** The same for a host with or without a port, as a Host header has it. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopback(host.replace(/:\d+$/, ""));
}
