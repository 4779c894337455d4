import { basename, dirname } from "node:path";
import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { resolvePackage } from "../io/resolve-package.ts";
import { fileSha256 } from "./file-sha256.ts";
import { loadPlugin } from "./load-plugin.ts";
import { pluginFn } from "./plugin-fn.ts";

const argsSchema = z
  .strictObject({
    /** A `.ts` or `.js` file. */
    file: z.string().min(1).optional(),
    /** A package that is installed beside the registry. */
    package: z.string().min(1).optional(),
    /** Given to its factory. */
    args: z.record(z.string(), z.json()).optional(),
  })
  .refine((args) => (args.file === undefined) !== (args.package === undefined), "either `file` or `package` is wanted");
type ModuleArgs = z.output<typeof argsSchema>;

/**
 * A plug-in: a `.ts` or `.js` file, or an npm package, that exports, as `completionFn` or as default, a `CompletionFn` or a function
 * `(prompt, {request, ctx}) => text`; or, as `createCompletionFn`, a factory that gets `args` and makes one of the two. A function may
 * give `{text, finish, usage, …}` instead of the text.
 *
 * What the plug-in throws is its sample's error. An error that carries `more: {retry: {}}` is tried again.
 */
export const module = functionKind({ args: argsSchema, create });

async function create(args: ModuleArgs, setup: FunctionSetup): Promise<CompletionFn> {
  const path = args.package === undefined ? setup.resolvePath(args.file ?? "") : await installed(args.package, setup);
  const label = args.package ?? basename(path);
  return pluginFn(await loadPlugin(path, args.args), {
    name: setup.name,
    label,
    identity: async (own) => ({
      ...own,
      fn: "module",
      // What it says of itself is kept; that the file is another one must show all the same.
      model: args.args === undefined ? label : `${label} ${hashJson(args.args)}`,
      file_sha256: await fileSha256([path]),
    }),
  });
}

/** The file that the package's name stands for, looked for where its folder would be, and above. */
async function installed(name: string, { resolvePath }: FunctionSetup): Promise<string> {
  const path = await resolvePackage(name, dirname(resolvePath("node_modules")));
  if (path !== undefined) return path;
  throw new FinegaugeError("plugin.invalid", `the package ${name} is not installed`, { hint: `npm install ${name}` });
}
