export { type CachedFnOptions, type CacheMode, cachedFn, openLookup } from "./cached-fn.ts";
export { type CachedModel, type Inventory, openInventory, type PruneRules } from "./inventory.ts";
export { openReplyStore, type ReplyStore } from "./reply-store.ts";
