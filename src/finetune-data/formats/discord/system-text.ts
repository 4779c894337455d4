/** What Discord itself writes into a channel. */
const systemTexts = [
  /^Added .+ to the group\.$/,
  /^Added a recipient\.$/,
  /^Left the group\.$/,
  /^Removed .+ from the group\.$/,
  /^Started a call that lasted [\d.,]+ minutes?\.$/,
  /^Changed the channel name(: .*|\.)$/,
  /^Changed the channel icon\.$/,
  /^Pinned a message\.$/,
  /^Started a thread\.$/,
  /^Joined the server\.$/,
];

/** Nobody said this: it tells what happened in a channel. */
export function isSystemText(content: string): boolean {
  return systemTexts.some((one) => one.test(content));
}
