export { isLoopback } from "./loopback.ts";
export { openRecorder, type RecordCounts, type Recorder, type RecorderOptions } from "./recorder.ts";
export { recordingFetch } from "./recording-fetch.ts";
export type { NameBy } from "./recording-name.ts";
export { type Proxy, startProxy } from "./start-proxy.ts";
