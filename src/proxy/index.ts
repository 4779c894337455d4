export { isLoopback } from "./loopback.ts";
export { openRecorder, type RecordCounts } from "./recorder.ts";
export { recordingFetch } from "./recording-fetch.ts";
export type { NameBy } from "./recording-name.ts";
export { startProxy } from "./start-proxy.ts";
