import { pseudonymsFor } from "../pseudonyms.ts";
import type { Format } from "./format.ts";
import { isPerson, type PersonMessage, peopleConversations } from "./people-chat.ts";
import { readSlackExport } from "./slack/read-slack-export.ts";
import { slackText } from "./slack/slack-text.ts";
import { labelledPeople, whoReplies } from "./slack/who-replies.ts";

/** Seconds of silence that end a conversation, and within which what one person writes is one message. */
const defaults = { gap: 600, join: 300 };

/** A Slack export, unpacked. Threads are conversations of their own. */
export const slack: Format = {
  *readFolder(folder, options) {
    const exported = readSlackExport(folder);
    const { events, people, workspace } = exported;
    const nameOf = (id: string) => people.get(id)?.name ?? id;
    const everybody = [...people.values()];
    if (options.labels !== undefined) {
      const { pseudonyms, me, newestFirst, gap = defaults.gap } = options;
      const names = pseudonyms && pseudonymsFor(everybody, pseudonyms.secret ?? workspace, isPerson(me, everybody));
      options.labels(labelledPeople(exported).map((id) => names?.of(nameOf(id)) ?? id));
      yield* whoReplies(exported, { gap, newestFirst, pseudonyms: names });
      return;
    }
    // Ids are replaced with the pseudonyms, whatever the names are.
    const shownAs = options.pseudonyms === undefined ? nameOf : (id: string) => id;
    const messages = events.map(
      ({ user, seconds, text, channel, thread, origin }, at): PersonMessage & { readonly channel: string } => ({
        line: at + 1,
        author: nameOf(user),
        seconds,
        text: slackText(text, shownAs).trim(),
        thread,
        origin,
        channel,
      }),
    );
    for (const channel of new Set(events.map((event) => event.channel))) {
      const said = messages.filter((message) => message.channel === channel);
      yield* peopleConversations({ messages: said, people: everybody, place: workspace }, options, defaults);
    }
  },
};
