import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { applyFiles, type PlannedFile } from "./apply-files.ts";
import { type Context, openContext } from "./context.ts";
import { fileLines } from "./init-lines.ts";
import type { InitOptions } from "./init-options.ts";
import { findModels } from "./open-models.ts";
import { shellWord } from "./shell-word.ts";
import { version } from "./version.ts";

const path = join(".github", "workflows", "finegauge.yml");

/** A GitHub workflow that runs a model, gates it by a committed baseline, and tells the pull request. */
export async function initCi(options: InitOptions): Promise<void> {
  const context = await openContext(options);
  const model = options.model ?? context.settings.models[0];
  if (model === undefined) {
    throw new FinegaugeError("cli.usage", "which model is to be judged?", { hint: "--model NAME, or models in finegauge.yaml" });
  }
  const evals = (options.eval ?? context.settings.evals).join(",");
  if (evals === "") throw new FinegaugeError("cli.usage", "on which eval?", { hint: "--eval NAME, or evals in finegauge.yaml" });
  await refuseUnknown(model, evals, context);
  const install = options.install ?? installCommand();
  const baseline = options.baseline ?? "main";
  const exists = existsSync(path);
  if (exists && !options.force) {
    throw new FinegaugeError("cli.usage", `${path} is there already`, { hint: "--force replaces it" });
  }
  const keys = options.keyEnv ?? (await keysOf(model, context));
  const bad = keys.find((key) => !/^[A-Za-z_]\w*$/.test(key));
  if (bad !== undefined) throw new FinegaugeError("cli.usage", `${JSON.stringify(bad)} is no name of an environment variable`);
  const text = workflow({ model, evals, baseline, keys, install, out: context.settings.out });
  const files: PlannedFile[] = [{ path, text, action: exists ? "replace" : "create" }];
  if (!options.dryRun) await applyFiles(files);
  const words = [baseline, model].map(shellWord).join(" ");
  const next = [
    `finegauge run ${shellWord(model)} ${shellWord(evals)}`,
    `finegauge baseline set ${words}`,
    "git add baselines .github",
  ];
  if (options.json) {
    const files = [{ path, action: exists ? "replace" : "create" }];
    const value = {
      format: 1,
      tool: `finegauge ${version()}`,
      model,
      evals,
      baseline,
      keys,
      install,
      files,
      dry_run: options.dryRun ?? false,
      next,
    };
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return;
  }
  const lines = fileLines(files, options.dryRun ?? false);
  const secret =
    keys.length === 0
      ? []
      : [`secret   ${keys.join(", ")}, in the repository's settings; pull requests of forks have none, and say so`];
  process.stdout.write(
    `${[...lines, "", ...secret, ...next.map((line, at) => `${at === 0 ? "next    " : "        "} ${line}`)].join("\n")}\n`,
  );
}

/**
 * Variables without which the model cannot be asked; without the first, the workflow does not try.
 *
 * @throws FinegaugeError as the registry does, for an entry that cannot be read here
 */
async function keysOf(model: string, { registry }: Context): Promise<string[]> {
  const entry = await registry.completionFn(model);
  const named = entry?.args.api_key_env;
  if (typeof named === "string") return [named];
  if (entry?.class === "azure" || (entry === undefined && model.startsWith("azure:")))
    return ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"];
  if (entry?.class === "openai") return ["OPENAI_API_KEY"];
  const isElsewhere = entry !== undefined || /^(llama-server|replay|promptfoo):|[\\/*]|\.(gguf|[cm]?[jt]s)$/.test(model);
  return isElsewhere ? [] : ["OPENAI_API_KEY"];
}

/** A name that nobody knows would fail in CI, after the push. */
async function refuseUnknown(model: string, evals: string, { registry, environment, settings }: Context): Promise<void> {
  await findModels([model], { registry, environment, concurrency: undefined, timeoutMs: settings.timeoutMs });
  for (const name of evals.split(",").map((part) => part.trim())) if (name !== "") await registry.matchEvals(name);
}

/**
 * How CI gets what is used here: by the lock file of the project in this folder.
 *
 * @throws FinegaugeError `cli.usage` where that names nothing that CI could install: nobody is to run what happens to be called so elsewhere
 */
function installCommand(): string {
  const spec = dependencySpec();
  if (spec !== undefined && !isElsewhere(spec)) return "npm ci";
  const why =
    spec === undefined
      ? "package.json and package-lock.json here do not name it"
      : `package.json names ${spec}, which is not in this repository`;
  throw new FinegaugeError("cli.usage", `how does CI install Finegauge? ${why}`, {
    hint: `npm pack PATH-OF-ITS-CHECKOUT makes finegauge-${version()}.tgz: npm install -D ./finegauge-${version()}.tgz, and commit it with package.json and package-lock.json; or --install COMMAND`,
  });
}

/** What package.json says of us, where there is a lock file too. */
function dependencySpec(): string | undefined {
  if (!existsSync("package.json") || !existsSync("package-lock.json")) return undefined;
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
    const spec: unknown = { ...dependencies, ...devDependencies }.finegauge;
    return typeof spec === "string" ? spec : undefined;
  } catch {
    return undefined;
  }
}

/** A link to a checkout beside this folder, which CI does not have. */
function isElsewhere(spec: string): boolean {
  const path = /^(?:file|link):(.*)/.exec(spec)?.[1];
  return path !== undefined && relative(process.cwd(), resolve(path)).startsWith("..");
}

interface WorkflowFacts {
  readonly model: string;
  readonly evals: string;
  readonly baseline: string;
  readonly keys: readonly string[];
  readonly install: string;
  readonly out: string;
}

function workflow({ model, evals, baseline, keys, install, out }: WorkflowFacts): string {
  // From the project or installed for all: never fetched by its name.
  const finegauge = "npx --no-install finegauge";
  // What YAML would take for something else than text is quoted.
  const command = (text: string) => (/^[^\w./]|: |:$| #|[\r\n]/.test(text) ? JSON.stringify(text) : text);
  const sides = `${shellWord(baseline)} ${shellWord(model)} --eval ${shellWord(evals)}`;
  const [key] = keys;
  const found = key === undefined ? "" : "steps.key.outputs.found == 'yes'";
  // A bare "!" would begin a tag of YAML's.
  const when = (condition: string) => `\${{ ${[condition, found].filter((part) => part !== "").join(" && ")} }}`;
  const only = found === "" ? "" : `        if: ${found}\n`;
  // Only for steps that ask the model: whatever else is installed does not see it.
  const env =
    key === undefined ? "" : `        env:\n${keys.map((name) => `          ${name}: \${{ secrets.${name} }}\n`).join("")}`;
  return `# Made by \`finegauge init ci\`: asks the model, judges it against the baseline "${baseline}" that is committed under baselines/,
# and says so on the pull request.
name: finegauge
on:
  pull_request:
  workflow_dispatch:
permissions:
  contents: read
  pull-requests: write
concurrency:
  group: finegauge-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
${key === undefined ? "" : keyStep(key)}      - uses: actions/setup-node@v5
${only}        with: { node-version: 24 }
      - name: Install
${only}        run: ${command(install)}
      - name: Run
${only}${env}        run: ${command(`${finegauge} run ${shellWord(model)} ${shellWord(evals)} --yes`)}
      - name: Gate
        id: gate
${only}${env}        run: ${command(`${finegauge} gate ${sides} --output finegauge.md`)}
      - name: Page
        if: ${when("!cancelled() && steps.gate.outcome != 'skipped'")}
        # Without a baseline there is nothing to compare with yet.
        continue-on-error: true
        run: ${command(`${finegauge} diff ${sides} --output finegauge.html`)}
      - name: Comment
        if: ${when("!cancelled() && github.event_name == 'pull_request' && hashFiles('finegauge.md') != ''")}
        env:
          GH_TOKEN: \${{ github.token }}
          PULL_REQUEST: \${{ github.event.pull_request.number }}
        # The comment of an earlier run is found by its first line, and replaced.
        run: |
          comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
          mine='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- finegauge -->"))) | .id'
          id=$(gh api "$comments" --paginate --jq "$mine" | head -n 1)
          if [ -n "$id" ]; then
            gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field body=@finegauge.md --silent
          else
            gh api --method POST "$comments" --field body=@finegauge.md --silent
          fi
      - uses: actions/upload-artifact@v4
        if: ${when("!cancelled()")}
        with:
          name: finegauge
          path: |
            finegauge.html
            finegauge.md
            ${relative(process.cwd(), resolve(out)).replaceAll("\\", "/")}/
          if-no-files-found: ignore
`;
}

/** Pull requests of forks get no secrets: that nothing was judged must not look like a pass. */
function keyStep(key: string): string {
  return `      - name: Is there a key
        id: key
        env:
          ${key}: \${{ secrets.${key} }}
        run: |
          if [ -n "$${key}" ]; then
            echo "found=yes" >> "$GITHUB_OUTPUT"
          else
            why="there is no ${key} here (pull requests of forks get no secrets): no model was asked, nothing was judged"
            echo "::warning title=finegauge was skipped::$why"
            echo "### finegauge was skipped: $why" >> "$GITHUB_STEP_SUMMARY"
          fi
`;
}
