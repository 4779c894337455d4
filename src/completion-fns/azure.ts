import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Problem } from "../net/problem.ts";
import { targetOf } from "../net/target.ts";
import { sdkFunction } from "./sdk-function.ts";
import { keyFrom, keyNameSchema, wireArgs } from "./wire-args.ts";

const argsSchema = z.strictObject({
  ...wireArgs,
  /** Here the address of the resource, `https://<resource>.openai.azure.com`; default: `AZURE_OPENAI_ENDPOINT`. */
  endpoint: z.string().optional(),
  /** How to ask: what `endpoint` is to the other classes. */
  api: wireArgs.endpoint,
  deployment: z.string().min(1),
  /** What is deployed, for reports; default: the deployment's name. */
  model: z.string().optional(),
  /** Default: `OPENAI_API_VERSION`. */
  api_version: z.string().optional(),
  api_key_env: keyNameSchema.default("AZURE_OPENAI_API_KEY"),
});
type AzureArgs = z.output<typeof argsSchema>;

/** A deployment in Azure OpenAI, through the official client. */
export const azure = functionKind({ args: argsSchema, create });

function create(args: AzureArgs, setup: FunctionSetup): CompletionFn {
  const { deployment, api_key_env: keyName, api = "chat" } = args;
  const { env } = setup;
  const key = keyFrom(setup, keyName);
  const version = args.api_version ?? env.OPENAI_API_VERSION?.trim();
  if (!version) {
    throw new FinegaugeError("registry.invalid", `no API version for ${setup.name}`, {
      hint: "set api_version, or OPENAI_API_VERSION, e.g. 2024-10-21",
    });
  }
  const resource = resourceUrl(args.endpoint ?? env.AZURE_OPENAI_ENDPOINT?.trim(), setup.name);
  const address = `${resource.origin}${resource.pathname.replace(/\/+$/, "")}`;
  const inPath = api === "responses" ? "" : `/deployments/${deployment}`;
  return sdkFunction(
    {
      fn: "azure",
      model: args.model ?? deployment,
      wireModel: deployment,
      endpoint: api,
      args,
      target: targetOf(resource, {
        model: deployment,
        keyName,
        secrets: [key],
        hint: (status, problem) => azureHint(status, problem, { deployment, version, keyName, host: resource.host }),
      }),
      address: `${address}/openai${inPath}?api-version=${version}`,
      probePath: "/models",
      client: (sdk, options) =>
        new sdk.AzureOpenAI({ ...options, apiKey: key, baseURL: `${address}/openai`, apiVersion: version, deployment }),
    },
    setup,
  );
}

/** Also as the portal and other tools write it, with `/openai` or `/openai/v1` behind it. */
function resourceUrl(text: string | undefined, name: string): URL {
  const hint = "set endpoint, or AZURE_OPENAI_ENDPOINT, to https://<resource>.openai.azure.com";
  if (!text) throw new FinegaugeError("registry.invalid", `no Azure endpoint for ${name}`, { hint });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new FinegaugeError("registry.invalid", `the Azure endpoint of ${name} is no plain http(s) address`, { hint });
  }
  url.pathname = url.pathname.replace(/\/openai(?:\/v1)?\/*$/, "/");
  url.search = "";
  return url;
}

/** Azure answers a wrong deployment, API version and resource almost alike; each has another remedy. */
function azureHint(
  status: number,
  problem: Problem,
  asked: { deployment: string; version: string; keyName: string; host: string },
): string | undefined {
  const { deployment, version, keyName, host } = asked;
  if (problem.code === "DeploymentNotFound") {
    return `${host} has no deployment "${deployment}": give the deployment's own name, not the model's (a new one takes 5 minutes)`;
  }
  if (/api[- ]?version/i.test(problem.message))
    return `Azure does not know api_version "${version}": take one from its list, e.g. 2024-10-21`;
  if (status === 404)
    return `${host} has no such address: check that endpoint is an Azure OpenAI resource, and api_version "${version}"`;
  if (status === 401) return `the key in ${keyName} does not belong to ${host}: take key and endpoint from the same resource`;
  return undefined;
}
