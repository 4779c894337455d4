import fc from "fast-check";

// The same cases on every machine, so that a red run can be looked into; `PROPERTY_SEED=7 npm test` looks elsewhere.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20261120) });
