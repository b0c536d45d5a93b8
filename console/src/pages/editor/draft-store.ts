import type { Draft } from './draft.js'
import { newId } from './part-draft.js'

/** Of an edit, also what it began from: the draft is laid over that. */
export type StoredDraft = { draft: Draft; original?: Draft; digest?: string }

/** Its `id` is its own for as long as it is written, also where somebody gives it another key. */
export type KeptDraft = StoredDraft & { id: string }

const version = 3

/** Of one operator and one reminder: who signs in as somebody else sees nothing of it. */
export function draftPlace(operatorId: string, key: string | undefined): string {
  return `carillon-draft/${operatorId}/${key ?? 'new'}`
}

/**
 * What this tab has written there; else what is left of another one. Two tabs may each write a new reminder: `sessionStorage`, which is
 * of one tab, has where its own is.
 */
export function readDraft(place: string): KeptDraft | undefined {
  const beside = Object.keys(localStorage).filter((name) => name.startsWith(`${place}#`))
  for (const name of [sessionStorage.getItem(place) ?? place, place, ...beside]) {
    const stored = readAt(name)
    if (stored === undefined) continue
    sessionStorage.setItem(place, name)
    return stored
  }
  return undefined
}

/** Under a name of its own: what one tab writes another one may not see yet, and would write over. */
export function keepDraft(place: string, stored: KeptDraft): void {
  const own = sessionStorage.getItem(place)
  keepAt(own !== null && isKept(place, stored.id) ? own : `${place}#${stored.id}`, place, stored)
}

/** Whether this tab's is still there: another tab that had opened it may have thrown it away. */
export function isKept(place: string, id: string): boolean {
  const own = sessionStorage.getItem(place)
  return own !== null && readAt(own)?.id === id
}

/** Another draft for this tab to go on with. What it had written there before stays. */
export function beginDraft(place: string, draft: StoredDraft): void {
  keepDraft(place, { ...draft, id: newId() })
}

/** That of this tab alone. */
export function dropDraft(place: string, id: string): void {
  const own = sessionStorage.getItem(place)
  if (own !== null && isKept(place, id)) localStorage.removeItem(own)
  sessionStorage.removeItem(place)
}

function keepAt(name: string, place: string, stored: KeptDraft): void {
  localStorage.setItem(name, JSON.stringify({ version, ...stored }))
  sessionStorage.setItem(place, name)
}

function readAt(name: string): KeptDraft | undefined {
  const stored = localStorage.getItem(name)
  if (stored === null) return undefined
  try {
    const read = JSON.parse(stored) as StoredDraft & { version: number; id?: string }
    // One that was begun before drafts had an id.
    return read.version === version ? { ...read, id: read.id ?? read.draft.key } : undefined
  } catch (error) {
    // Of somebody who wrote there by hand.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
