import { toText } from "../core/prompt.ts";
import { readChatReply } from "./chat-reply.ts";
import { chatMessages, chatNeeds, chatWishes } from "./chat-request.ts";
import type { Endpoint } from "./endpoint.ts";
import { readLegacyReply } from "./legacy-reply.ts";
import { legacyWishes } from "./legacy-request.ts";
import { readResponsesReply } from "./responses-reply.ts";
import { responsesInput, responsesNeeds, responsesWishes } from "./responses-request.ts";

/** The three ways in which OpenAI-compatible servers are asked, by the name that a registry gives them. */
export const endpoints = {
  chat: {
    path: "/chat/completions",
    promptKey: "messages",
    prompt: chatMessages,
    wishes: chatWishes,
    needs: chatNeeds,
    unknown: [],
    renames: { max_tokens: "max_completion_tokens" },
    topLogprobsMax: 20,
    read: readChatReply,
  },
  responses: {
    path: "/responses",
    promptKey: "input",
    prompt: responsesInput,
    wishes: responsesWishes,
    needs: responsesNeeds,
    unknown: ["stop", "seed"],
    renames: {},
    topLogprobsMax: 20,
    read: readResponsesReply,
  },
  completions: {
    path: "/completions",
    promptKey: "prompt",
    prompt: (prompt) => toText(prompt),
    wishes: legacyWishes,
    needs: () => ({}),
    unknown: [],
    renames: {},
    topLogprobsMax: 5,
    read: readLegacyReply,
  },
} as const satisfies { [name: string]: Endpoint };

export type EndpointName = keyof typeof endpoints;
