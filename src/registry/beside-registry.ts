import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** The first that is there: in the registry's folder for its kind, in the registry, in its data, in the working directory. */
export function besideRegistry(file: string, folder: "models" | undefined, root: string, cwd: string): string {
  if (isAbsolute(file)) return file;
  const beside = [...(folder === undefined ? [] : [join(root, folder, file)]), join(root, file), join(root, "data", file)];
  return [...beside, resolve(cwd, file)].find((path) => existsSync(path)) ?? (beside[0] as string);
}
