/** Where reminders are searched, as is said wherever they can be. */
export const searchedIn = 'their key, their account or what they say'
/** Of reminders that one question names. */
export const mostKeys = 50

/** The words of a search, in the form in which they are compared: any case, and letters as Unicode takes them for the same. */
export function searchWords(search: string): string[] {
  return folded(search)
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Whether each of the words is in one of the texts, also as a part of another word. */
export function hasWords(words: readonly string[], texts: readonly string[]): boolean {
  const all = texts.map((text) => folded(text))
  return words.every((word) => all.some((text) => text.includes(word)))
}

export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
