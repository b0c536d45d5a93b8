/** What somebody gave to be imported, and has not done with. */
export type ImportSource = {
  name: string
  text: string
  /** What words such as "tomorrow" count from, an instant. */
  givenAt: string
  /** The account that sends all of them, in place of those of the file. */
  account?: string
  /** Of those without a key of their own what they were called at the first look, by their places: so a later one finds them. */
  keys?: Record<number, string>
  /** What images were uploaded as, by the names of their files. */
  images?: Record<string, string>
}

const version = 1
/** Browsers keep five million characters for all of a site. */
export const mostKept = 2_000_000

export function importPlace(operatorId: string): string {
  return `carillon-import/${operatorId}`
}

export function readKept(place: string): ImportSource | undefined {
  const stored = localStorage.getItem(place)
  if (stored === null) return undefined
  try {
    const read = JSON.parse(stored) as ImportSource & { version: number }
    return read.version === version ? read : undefined
  } catch (error) {
    // Of somebody who wrote there by hand.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Until it is put away: a larger one is not kept. */
export function keep(place: string, source: ImportSource | undefined): void {
  if (source === undefined || source.text.length > mostKept) localStorage.removeItem(place)
  else localStorage.setItem(place, JSON.stringify({ version, ...source }))
}
