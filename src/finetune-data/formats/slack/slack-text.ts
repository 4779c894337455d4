/** Slack's own marks as people read them: names for ids, addresses without brackets. */
export function slackText(text: string, nameOf: (id: string) => string): string {
  const plain = text.replaceAll(/<([^<>\n]*)>/g, (_, inside: string) => {
    const [target = "", label] = inside.split("|", 2);
    if (target.startsWith("@")) return `@${nameOf(target.slice(1))}`;
    if (target.startsWith("#")) return `#${label || target.slice(1)}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1).split("^", 1)[0]}`;
    return label === undefined || label === target ? target : `${label} (${target})`;
  });
  return withoutEscapes(plain);
}

/** Without links, mentions and emoji. Two colons around digits, as clocks have them, are no emoji. */
export function bareSlackText(text: string): string {
  const bare = text.replaceAll(/<[^<>\n]*>/g, "").replaceAll(/:(?!\d+:)[^\s:<>]+:/g, "");
  return withoutEscapes(bare).trim();
}

function withoutEscapes(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
