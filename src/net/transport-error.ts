/** Why a request has no whole reply. */
export type TransportFault = "stopped" | "deadline" | "too-large" | "connection";

/** A request without a whole reply. For callers of the transport, who turn it into an error for users. */
export class TransportError extends Error {
  readonly fault: TransportFault;
  /** Status and headers had come: the reply broke off. */
  readonly answered: boolean;

  constructor(fault: TransportFault, answered: boolean, cause?: unknown) {
    super(`request failed: ${fault}`, { cause });
    this.name = "TransportError";
    this.fault = fault;
    this.answered = answered;
  }
}
