import { type Bag, isBag, type Json } from "../../core/json.ts";
import { type Fail, quoted } from "./finding.ts";

/** A tool may have nothing to say. */
const mayBeEmpty = ["tool", "function"];

/** Parts by type: who may say them, undefined = anybody; and what is in them. */
const parts: ReadonlyMap<string, { readonly roles?: readonly string[]; readonly isWhole: (part: Bag) => boolean }> = new Map([
  ["text", { isWhole: ({ text }: Bag) => typeof text === "string" }],
  ["refusal", { roles: ["assistant"], isWhole: ({ refusal }: Bag) => typeof refusal === "string" }],
  ["image_url", { roles: ["user"], isWhole: ({ image_url }: Bag) => isBag(image_url) && typeof image_url.url === "string" }],
  ["input_audio", { roles: ["user"], isWhole: ({ input_audio }: Bag) => isBag(input_audio) }],
  ["file", { roles: ["user"], isWhole: ({ file }: Bag) => isBag(file) }],
]);

/** @param answered by calls or a refusal, so that no content is needed */
export function checkContent({ role, content }: Bag, answered: boolean, fail: Fail): void {
  if (content === undefined) {
    if (!answered) fail("message_missing_key", "has no content");
  } else if (content === null) {
    if (!answered) fail("missing_content", "has null for content, and calls nothing");
  } else if (typeof content === "string") {
    if (content === "" && !answered && !mayBeEmpty.includes(role as string)) fail("missing_content", "has an empty content");
  } else if (Array.isArray(content)) checkParts(content as readonly Json[], role, fail);
  else fail("invalid_content", "has a content that is neither text nor parts");
}

function checkParts(content: readonly Json[], role: Json | undefined, fail: Fail): void {
  if (content.length === 0) fail("missing_content", "has no parts of content");
  for (const [at, part] of content.entries()) {
    const type = isBag(part) ? part.type : undefined;
    const rule = typeof type === "string" ? parts.get(type) : undefined;
    if (rule === undefined || !isBag(part)) {
      fail("invalid_content_part", `has a part ${at + 1} of the type ${quoted(type)}`);
    } else if (!rule.isWhole(part)) fail("invalid_content_part", `has a part ${at + 1} without its ${type}`);
    else if (rule.roles !== undefined && !rule.roles.includes(role as string))
      fail("invalid_content_part", `has a part of the type ${type}, and is of the role ${quoted(role)}`);
  }
}
