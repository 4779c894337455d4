import { loadRegistry } from "../../src/registry/index.ts";
import { scorerKinds, upstreamClasses } from "../../src/scorers/index.ts";
import { folderWith } from "../fixtures/registry/write-files.ts";

/** A registry of these files with the scorers that there are. */
export function pluginRegistry(files: { readonly [path: string]: string }, env: { readonly [name: string]: string } = {}) {
  const folder = folderWith(files);
  const catalogue = { scorers: scorerKinds, functions: {}, upstream: upstreamClasses };
  return { folder, registry: loadRegistry({ roots: [folder.path], catalogue, env, cwd: folder.path }) };
}
