/** One HTTP request; `headers` is flat (name, value, name, value) and replaces the transport's own. */
export interface WireRequest {
  readonly method: "GET" | "POST";
  /** From `/` on, query included. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly headers?: string[] | undefined;
  /** Gives the request up. Meant to be one and the same for all requests of a run. */
  readonly signal?: AbortSignal | undefined;
}

/** A whole reply, of any status. */
export interface Reply {
  readonly status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  readonly body: string;
  /** First byte sent to last byte read. */
  readonly ms: number;
}
