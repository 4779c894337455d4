// Loaded into a command: writes down whoever it reaches for that is not this machine, and keeps it from getting there.

import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { Socket } from "node:net";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/;

function refuse(host) {
  appendFileSync(process.env.NETWORK_LOG, `${host}\n`);
  return Object.assign(new Error(`${host} is out of reach`), { code: "ENOTFOUND" });
}

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  if (loopback.test(host)) return lookup(host, ...rest);
  rest.at(-1)(refuse(host));
};

const { connect } = Socket.prototype;
Socket.prototype.connect = function recorded(...args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const { path, host = "localhost" } = typeof first === "object" && first !== null ? first : { host: second };
  if (path === undefined && !loopback.test(String(host))) {
    const error = refuse(host);
    process.nextTick(() => this.destroy(error));
    return this;
  }
  return connect.apply(this, args);
};
