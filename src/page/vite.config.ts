import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("./app"),
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), contentSecurityPolicy()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../../dist/page"),
    // The compiled code of this room stands in the same folder.
    emptyOutDir: false,
    target: "es2023",
    modulePreload: false,
    rollupOptions: { input: here("./app/shell.html") },
  },
});

/**
 * Lets the page run its own script and style, known by their hashes, and nothing else: no requests, no forms, no frames, no text
 * turned into markup. What models say stays text even if the page's own care should fail.
 */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
          const html = String(file.source);
          const policy = [
            "default-src 'none'",
            `script-src ${hashes(html, /<script type="module"[^>]*>([\s\S]*?)<\/script>/g)}`,
            `style-src ${hashes(html, /<style[^>]*>([\s\S]*?)<\/style>/g)}`,
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
          ].join("; ");
          file.source = html.replace("@@POLICY@@", policy);
        }
      },
    },
  };
}

function hashes(html: string, element: RegExp): string {
  const found = [...html.matchAll(element)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  if (found.length !== 1) throw new Error(`the page needs exactly one of ${element}, has ${found.length}`);
  return found.join(" ");
}
