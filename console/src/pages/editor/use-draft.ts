import { useCallback, useEffect, useRef, useState } from 'react'
import { changesOfDraft, type Draft } from './draft.js'
import { dropDraft, keepDraft, readDraft, type StoredDraft } from './draft-store.js'

/** After the last key. */
const keepAfterMs = 250

export type Drafting = {
  draft: Draft
  /** By what the draft is then, where it is given a function. */
  change: (fields: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void
  /** Whether it was begun before, and is gone on with. */
  isResumed: boolean
  /** Begins anew with this. */
  restart: (fresh: StoredDraft) => void
  /** It is saved: nothing of it stays in the browser. */
  drop: () => void
} & Omit<StoredDraft, 'draft'>

/** What is written stays in the browser until it is saved, across reloads and sign-outs. */
export function useDraft(place: string, fresh: () => StoredDraft): Drafting {
  const [state, setState] = useState(() => {
    const stored = readDraft(place)
    return stored === undefined ? { ...fresh(), isResumed: false } : { ...stored, isResumed: true }
  })
  const latest = useRef({ state, isDropped: false })
  latest.current.state = state

  const keep = useCallback(() => {
    const { state: current, isDropped } = latest.current
    if (isDropped) return
    const { isResumed: _, ...stored } = current
    if (isTouched(stored)) keepDraft(place, stored)
    else dropDraft(place)
  }, [place])

  useEffect(() => {
    const timer = setTimeout(keep, keepAfterMs)
    return () => clearTimeout(timer)
  }, [state, keep])
  useEffect(() => {
    addEventListener('pagehide', keep)
    return () => {
      removeEventListener('pagehide', keep)
      keep()
    }
  }, [keep])

  return {
    ...state,
    change: useCallback(
      (fields) =>
        setState((before) => {
          const { draft } = before
          return {
            ...before,
            draft: { ...draft, ...(typeof fields === 'function' ? fields(draft) : fields) },
          }
        }),
      [],
    ),
    restart: useCallback(
      (next) => {
        dropDraft(place)
        setState({ ...next, isResumed: false })
      },
      [place],
    ),
    drop: useCallback(() => {
      latest.current.isDropped = true
      dropDraft(place)
    }, [place]),
  }
}

function isTouched({ draft, original }: StoredDraft): boolean {
  if (original !== undefined) return Object.keys(changesOfDraft(draft, original)).length > 0
  return (
    draft.audience.all ||
    draft.audience.recipients.length > 0 ||
    draft.parts.length > 1 ||
    draft.parts.some((part) => part.kind === 'image' || part.text !== '')
  )
}
