import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { DefinitionChangedError, InputError } from '../../../../src/client/errors.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { tellDone, tellFailure, tellProblem } from '../../parts/tell.js'
import { useText } from '../../text/text.js'
import { changesOfDraft, inputOfDraft, touchedSections } from './draft.js'
import type { StoredDraft } from './draft-store.js'
import type { Drafting } from './use-draft.js'

/**
 * Saves a draft, once, and goes to what it became, where nobody has left meanwhile. What stands in the way is told, and the draft
 * stays.
 */
export function useSave(
  { draft, original, digest, drop }: Drafting,
  /** Of an edit: the reminder as it is now. */
  latest: (() => Promise<StoredDraft>) | undefined,
) {
  const text = useText()
  const { editor } = text
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [isSaving, setSaving] = useState(false)
  const [refused, setRefused] = useState<InputError>()
  const [conflict, setConflict] = useState<DefinitionChangedError>()
  // A second click comes before the page has drawn the first.
  const isBusy = useRef(false)
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])

  async function save(ifDigest = digest): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    setSaving(true)
    try {
      tellDone(await store(ifDigest))
      drop()
      void queries.invalidateQueries({ queryKey: keys.reminders })
      if (isHere.current) await navigate({ to: '/reminders/$key', params: { key: draft.key } })
    } catch (error) {
      if (!isHere.current) tellWhoLeft(error)
      else if (error instanceof DefinitionChangedError) setConflict(error)
      else if (error instanceof InputError) setRefused(error)
      else tellFailure(error, text)
    } finally {
      isBusy.current = false
      setSaving(false)
    }
  }

  /** There are no fields and there is no dialog to tell it by. */
  function tellWhoLeft(error: unknown): void {
    if (error instanceof DefinitionChangedError)
      tellProblem(`${editor.conflictTitle}. ${editor.draftKept}`, text)
    else tellFailure(error, text, editor.draftKept)
  }

  /** @returns what was done, in words */
  async function store(ifDigest: string | undefined): Promise<string> {
    if (original === undefined) {
      const { kind } = await api.reminders.create(inputOfDraft(draft))
      return kind === 'created' ? editor.saved : editor.wasThere
    }
    const changes = changesOfDraft(draft, original)
    if (Object.keys(changes).length === 0) return editor.unchanged
    try {
      await api.reminders.edit(draft.key, changes, { ...(ifDigest && { ifDigest }) })
    } catch (error) {
      // It is another one than the edit began from: by this very edit, where its answer was lost.
      if (!(error instanceof DefinitionChangedError) || !(await isThere())) throw error
    }
    return editor.changed
  }

  async function isThere(): Promise<boolean> {
    const now = await latest?.()
    return now !== undefined && touchedSections(draft, now.draft).length === 0
  }

  return {
    save,
    isSaving,
    refused,
    forgetRefused: () => setRefused(undefined),
    conflict,
    forgetConflict: () => setConflict(undefined),
  }
}
