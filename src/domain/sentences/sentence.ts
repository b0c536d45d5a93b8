declare const ofTheTable: unique symbol

/** What `say` has written, and so has a code. */
export type Sentence = string & { readonly [ofTheTable]: true }

/**
 * A text where a sentence is asked for: one that was kept in a row, or what has no words in any language, such as a version, a path, or the
 * message of another program.
 */
export function asItStands(text: string): Sentence {
  return text as Sentence
}
