import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../../core/errors.ts";
import { connectionFailure } from "../../net/classify-failure.ts";
import { targetOf } from "../../net/target.ts";
import { TransportError } from "../../net/transport-error.ts";
import { explainFailure, type Failure } from "./explain-failure.ts";

const address = new URL("https://models.example/v1");
const target = targetOf(address, { model: "m", secrets: [] });

function explained(error: FinegaugeError, more: Partial<Failure> = {}) {
  return explainFailure({
    error,
    class: "http",
    model: "m",
    address,
    keyName: undefined,
    apiVersion: undefined,
    timeoutS: 30,
    env: {},
    redact: (text) => text,
    ...more,
  });
}

/** As the transport gives up with this code. */
function broken(code: string): FinegaugeError {
  return connectionFailure(new TransportError("connection", false, Object.assign(new Error(code), { code })), target);
}

describe("explainFailure", () => {
  test.each([
    { code: "ECONNREFUSED", check: "network.refused", says: "nobody listens at models.example" },
    { code: "ENOTFOUND", check: "network.dns", says: "there is no host models.example" },
    { code: "EAI_AGAIN", check: "network.dns", says: "no name server answers for models.example" },
    {
      code: "UND_ERR_CONNECT_TIMEOUT",
      check: "network.silent",
      says: "nobody answers at models.example (UND_ERR_CONNECT_TIMEOUT)",
    },
    {
      code: "ERR_SSL_WRONG_VERSION_NUMBER",
      check: "network.plain-http",
      says: "models.example speaks plain HTTP, and https:// was asked for",
    },
    {
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      check: "network.certificate",
      says: "the certificate of models.example is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)",
    },
    {
      code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      check: "network.certificate",
      says: "the certificate of models.example is not trusted (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)",
    },
  ])("tells $code", ({ code, check, says }) => {
    expect(explained(broken(code))).toMatchObject({ level: "fail", check, says, code: "provider.unreachable" });
  });

  test.each([
    { env: { HTTPS_PROXY: "http://127.0.0.1:3128" }, check: "network.proxy" },
    { env: { HTTP_PROXY: "http://127.0.0.1:3128" }, check: "network.proxy" },
    { env: {}, check: "network.refused" },
  ])("blames the proxy where one is in between: $env", ({ env, check }) => {
    expect(explained(broken("ECONNREFUSED"), { env })).toMatchObject({ check });
  });

  test("never blames a proxy for this machine itself", () => {
    const env = { HTTP_PROXY: "http://127.0.0.1:3128" };
    expect(explained(broken("ECONNREFUSED"), { env, address: new URL("http://127.0.0.1:9/v1") })).toMatchObject({
      check: "network.refused",
    });
  });

  test("hands on what it has no sentence for, with its hint", () => {
    const error = new FinegaugeError("provider.rejected", "https://models.example rejected the request (422): odd", {
      status: 422,
      hint: "mend it",
    });
    expect(explained(error)).toMatchObject({ check: "model.rejected", says: error.message, next: "mend it" });
  });

  test("cuts what a server said only after secrets are out", () => {
    const message = `https://models.example refused the key (401): ${"x".repeat(230)} SECRET-SECRET`;
    const error = new FinegaugeError("provider.auth", message, { status: 401 });
    const { detail } = explained(error, { redact: (text) => text.replaceAll("SECRET-SECRET", "[redacted]") });
    expect(detail?.join("")).not.toContain("SECRET");
  });

  test.each([
    { class: "http", names: "its url, in the registry" },
    { class: "openai", names: "base_url (or OPENAI_BASE_URL)" },
  ])("says where the address of class $class is written", ({ class: name, names }) => {
    const error = new FinegaugeError("provider.rejected", "models.example (404): not here", { status: 404 });
    const bare = new URL("https://models.example");
    expect(explained(error, { class: name, address: bare }).next).toBe(`put /v1 at the end of ${names}`);
  });
});
