import type { Message, Part, Prompt } from "../../core/message.ts";
import { Untrusted } from "./untrusted.tsx";

/** A prompt as it was asked: a text, or messages by role. */
export function PromptView({ prompt }: { prompt: Prompt }) {
  if (typeof prompt === "string") {
    return (
      <pre dir="auto">
        <Untrusted text={prompt} />
      </pre>
    );
  }
  return (
    <ol class="messages">
      {prompt.map((message, index) => (
        <li key={index} class={message.role}>
          <p class="role">
            {message.role}
            {message.name !== undefined && (
              <>
                {" · "}
                <Untrusted text={message.name} />
              </>
            )}
          </p>
          <Content content={message.content} />
          {message.tool_calls && (
            <pre>
              <Untrusted text={JSON.stringify(message.tool_calls, null, 2)} />
            </pre>
          )}
        </li>
      ))}
    </ol>
  );
}

function Content({ content }: { content: Message["content"] }) {
  if (content === null) return null;
  if (typeof content === "string") {
    return (
      <pre dir="auto">
        <Untrusted text={content} />
      </pre>
    );
  }
  return (
    <>
      {content.map((part, index) => (
        <PartView key={index} part={part} />
      ))}
    </>
  );
}

function PartView({ part }: { part: Part }) {
  if ("text" in part && typeof part.text === "string") {
    return (
      <pre dir="auto">
        <Untrusted text={part.text} />
      </pre>
    );
  }
  const url = imageUrl(part);
  // An image from the network would tell its server that the report was opened; the page's policy refuses it as well.
  if (url?.startsWith("data:image/")) return <img src={url} alt="part of the question" />;
  return (
    <pre>
      <Untrusted text={url ?? JSON.stringify(part)} />
    </pre>
  );
}

function imageUrl(part: Part): string | undefined {
  if (!("image_url" in part) || typeof part.image_url !== "object" || part.image_url === null) return undefined;
  const { url } = part.image_url as { url?: unknown };
  return typeof url === "string" ? url : undefined;
}
