/** What is marked in the replies. */
export type Marking = "words" | "tokens" | "none";
