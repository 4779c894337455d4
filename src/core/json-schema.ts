import { z } from "zod";
import type { Json } from "./json.ts";

/** A value that came out of `JSON.parse`, and so is JSON: looking into it again would cost more than all other checks of a row. */
export const jsonSchema = z.custom<Json>();

/** A JSON object whose keys we do not know. */
export const bagSchema = z.record(z.string(), jsonSchema);
