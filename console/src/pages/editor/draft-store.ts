import type { Draft } from './draft.js'

/** Of an edit, also what it began from: the draft is laid over that. */
export type StoredDraft = { draft: Draft; original?: Draft; digest?: string }

const version = 1

/** Of one operator and one reminder: who signs in as somebody else sees nothing of it. */
export function draftPlace(operatorId: string, key: string | undefined): string {
  return `carillon-draft/${operatorId}/${key ?? 'new'}`
}

export function readDraft(place: string): StoredDraft | undefined {
  const stored = localStorage.getItem(place)
  if (stored === null) return undefined
  try {
    const read = JSON.parse(stored) as StoredDraft & { version: number }
    return read.version === version ? read : undefined
  } catch (error) {
    // Of somebody who wrote there by hand.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function keepDraft(place: string, stored: StoredDraft): void {
  localStorage.setItem(place, JSON.stringify({ version, ...stored }))
}

export function dropDraft(place: string): void {
  localStorage.removeItem(place)
}
