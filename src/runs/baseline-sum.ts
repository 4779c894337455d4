import { createHash } from "node:crypto";

/** The hash that a baseline ends with, over its lines. Version control may change how lines end, and that changes nothing. */
export function baselineSum(): { add(line: string): void; digest(): string } {
  const hash = createHash("sha256");
  return {
    add(line) {
      hash.update(line.endsWith("\r") ? line.slice(0, -1) : line).update("\n");
    },
    digest: () => hash.digest("hex").slice(0, 16),
  };
}
