/**
 * Types of the methods that layers above add to QueryResult. They say what they are by declaration merging with this interface: merging with the
 * class itself makes TypeScript 5.9 forget its iterators.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface ResultConversions {}
