/** Sentences are said by the API, and here by the catalogue: their English table stays where it is. */
export function say(code: string): string {
  return code
}
