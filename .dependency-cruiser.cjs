// Which room may import which: the table of docs/architecture.md, checked. A room's inside is its own; the others come in through its index.ts.
const may = {
  core: [],
  stats: [],
  io: ["core"],
  net: ["core"],
  registry: ["core", "io"],
  scorers: ["core", "io"],
  "completion-fns": ["core", "io", "net", "runs"],
  bridges: ["core"],
  "finetune-data": ["core", "io"],
  runs: ["core", "io"],
  engine: ["core", "runs"],
  compare: ["core", "runs", "stats"],
  page: ["core"],
  proxy: ["core", "io", "net"],
  report: ["core", "compare", "page"],
};

/** Rooms without a door: small files that stand for themselves. */
const open = ["core", "io", "net", "stats"];

const rooms = Object.keys(may);
const closed = [...rooms, "cli"].filter((room) => !open.includes(room));

module.exports = {
  forbidden: [
    ...rooms.map((room) => ({
      name: `${room}-imports`,
      severity: "error",
      comment: `${room} may import ${["itself", ...may[room]].join(", ")} of ours`,
      from: { path: `^src/${room}/` },
      to: { path: "^src/", pathNot: `^src/(${[room, ...may[room]].join("|")})/` },
    })),
    ...closed.map((room) => ({
      name: `${room}-door`,
      severity: "error",
      comment: `${room} is entered through its index.ts`,
      from: { path: "^src/", pathNot: [`^src/${room}/`, "\\.test\\.ts$"] },
      to: { path: `^src/${room}/`, pathNot: `^src/${room}/index\\.ts$` },
    })),
    {
      name: "replay-alone-reads-runs",
      severity: "error",
      comment: "only replay reads run files among the completion functions",
      from: { path: "^src/completion-fns/", pathNot: "^src/completion-fns/replay" },
      to: { path: "^src/runs/" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-dev-dependencies",
      severity: "error",
      comment: "what runs at the user's must be a dependency or an optional peer",
      from: { path: "^src/", pathNot: ["\\.test\\.ts$", "^src/page/app/", "\\.config\\.ts$"] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm-peer", "npm-optional", "type-only"] },
    },
    ...[
      ["mathjs", "^src/compare/expressions/parse-expression\\.ts$"],
      ["openai", "^src/completion-fns/openai-sdk\\.ts$"],
      ["ajv", "^src/scorers/compile-schema\\.ts$"],
      ["fastest-levenshtein", "^src/scorers/levenshtein\\.ts$"],
      ["js-rouge", "^src/scorers/rouge-l\\.ts$"],
      ["gpt-tokenizer", "^src/finetune-data/tokens/gpt-tokenizer\\.ts$"],
      ["promptfoo", "^src/bridges/promptfoo/promptfoo\\.ts$"],
      ["node-llama-cpp", "^src/completion-fns/llama/runtime\\.ts$"],
    ].map(([name, file]) => ({
      name: `${name}-in-one-file`,
      severity: "error",
      comment: "heavy libraries are loaded by exactly one file",
      from: { path: "^src/", pathNot: [file, "\\.test\\.ts$"] },
      to: { path: `node_modules/${name}/`, dependencyTypesNot: ["type-only"] },
    })),
    {
      name: "sqlite-in-one-file",
      severity: "error",
      comment: "node:sqlite is loaded by exactly one file, which keeps its warning off the screen",
      from: { path: "^src/", pathNot: ["^src/io/sqlite\\.ts$", "\\.test\\.ts$"] },
      to: { path: "^(node:)?sqlite$", dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    // Without conditions a package's inner doors (mathjs/number) are not found, and would be seen by no rule.
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
