// Loaded into every test, and into every command that a test starts: whoever reaches for another machine fails.
import { Socket } from "node:net";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|0\.0\.0\.0|.*\.invalid)$/;
const connect = Socket.prototype.connect;

Socket.prototype.connect = function guarded(...args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const target = typeof first === "object" && first !== null ? first : { port: first, host: second };
  const host = target.path === undefined ? (target.host ?? "localhost") : "localhost";
  if (!loopback.test(String(host))) throw new Error(`a test reached for ${host}: only this machine may be asked`);
  return connect.apply(this, args);
};
