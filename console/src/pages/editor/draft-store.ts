import type { Draft } from './draft.js'

/** Of an edit, also what it began from: the draft is laid over that. */
export type StoredDraft = { draft: Draft; original?: Draft; digest?: string }

const version = 3

/** Of one operator and one reminder: who signs in as somebody else sees nothing of it. */
export function draftPlace(operatorId: string, key: string | undefined): string {
  return `carillon-draft/${operatorId}/${key ?? 'new'}`
}

/**
 * What this tab has written there; else what is left of another one. Two tabs may each write a new reminder: the second keeps its
 * own beside the first, and this browser's `sessionStorage`, which is of one tab, has where.
 */
export function readDraft(place: string): StoredDraft | undefined {
  const beside = Object.keys(localStorage).filter((name) => name.startsWith(`${place}#`))
  for (const name of [sessionStorage.getItem(place) ?? place, place, ...beside]) {
    const stored = readAt(name)
    if (stored === undefined) continue
    sessionStorage.setItem(place, name)
    return stored
  }
  return undefined
}

export function keepDraft(place: string, stored: StoredDraft): void {
  const there = readAt(place)
  const isTaken = there !== undefined && there.draft.key !== stored.draft.key
  const name = sessionStorage.getItem(place) ?? (isTaken ? `${place}#${stored.draft.key}` : place)
  keepAt(name, place, stored)
}

/** Another draft for this tab to go on with. What it had written there before stays. */
export function beginDraft(place: string, stored: StoredDraft): void {
  keepAt(`${place}#${stored.draft.key}`, place, stored)
}

/** That of this tab alone. */
export function dropDraft(place: string): void {
  const own = sessionStorage.getItem(place)
  if (own !== null) localStorage.removeItem(own)
  sessionStorage.removeItem(place)
}

function keepAt(name: string, place: string, stored: StoredDraft): void {
  localStorage.setItem(name, JSON.stringify({ version, ...stored }))
  sessionStorage.setItem(place, name)
}

function readAt(name: string): StoredDraft | undefined {
  const stored = localStorage.getItem(name)
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
