import { useCallback, useEffect, useRef, useState } from 'react'
import { changesOfDraft, type Draft } from './draft.js'
import { dropDraft, isKept, keepDraft, readDraft, type KeptDraft, type StoredDraft } from './draft-store.js'
import { newId } from './part-draft.js'

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

type State = KeptDraft & { isResumed: boolean }

function begun(fresh: StoredDraft): State {
  return { ...fresh, id: newId(), isResumed: false }
}

/** What is written stays in the browser until it is saved, across reloads and sign-outs. */
export function useDraft(place: string, fresh: () => StoredDraft): Drafting {
  const [state, setState] = useState((): State => {
    const stored = readDraft(place)
    return stored === undefined ? begun(fresh()) : { ...stored, isResumed: true }
  })
  const latest = useRef({ state, kept: state, isDropped: false })
  latest.current.state = state

  const keep = useCallback(() => {
    const { state: current, kept, isDropped } = latest.current
    // Another tab that has the same open may have written on.
    if (isDropped || (current === kept && isKept(place, current.id))) return
    latest.current.kept = current
    const { isResumed: _, ...stored } = current
    if (isTouched(stored)) keepDraft(place, stored)
    else dropDraft(place, stored.id)
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
        dropDraft(place, latest.current.state.id)
        setState(begun(next))
      },
      [place],
    ),
    drop: useCallback(() => {
      latest.current.isDropped = true
      dropDraft(place, latest.current.state.id)
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
