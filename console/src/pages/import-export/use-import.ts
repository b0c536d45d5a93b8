import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { CarillonError } from '../../../../src/client/errors.js'
import { replacementOf } from '../../../../src/client/input/of-definition.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { WrittenReminder } from '../../../../src/client/yaml/read.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useSession } from '../../shell/use-session.js'
import { readFileText } from './file-work.js'
import { withUploads } from './images.js'
import { importPlace, keep, readKept, type ImportSource } from './kept-import.js'
import { lookAt, type Found } from './look.js'

/** The API takes words as of an hour ago, no more. */
const wordsHoldMs = 50 * 60_000

export type Outcome = { kind: 'created' | 'changed' } | { kind: 'failed'; error: unknown }

/** What somebody wants to be imported: as it was read, as it would be, and what became of it. */
export function useImport() {
  const place = importPlace(useSession().operatorId)
  const queries = useQueryClient()
  const [source, setSource] = useState(() => readKept(place))
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map())
  const [failure, setFailure] = useState<unknown>()
  const [work, setWork] = useState<{ kind: 'create' | 'change'; done: number; total: number }>()
  // A second click comes before the page has drawn the first.
  const isBusy = useRef(false)

  // A key that the API made of the content holds for as long as this is not done with.
  const given = useRef<Record<number, string>>({ ...source?.keys })
  // Also before the page has drawn it. None once it is left: what ends then would be kept over what is given next.
  const latest = useRef(source)
  useEffect(
    () => () => {
      latest.current = undefined
    },
    [],
  )

  const text = source?.text
  const read = useQuery({
    queryKey: keys.importRead(source?.givenAt ?? ''),
    queryFn: () => readFileText(text ?? ''),
    enabled: text !== undefined,
    staleTime: Infinity,
    retry: false,
  })
  const written = useMemo(
    () =>
      source && read.data?.kind === 'read'
        ? read.data.reminders.map((one) => ({ ...one, input: inputOf(one, source) }))
        : undefined,
    [read.data, source],
  )
  const put = useCallback(
    (next: ImportSource | undefined) => {
      latest.current = next
      keep(place, next && { ...next, keys: given.current })
      setSource(next)
    },
    [place],
  )
  const look = useQuery({
    queryKey: keys.importLook(source?.givenAt ?? '', source?.account ?? '', source?.images ?? {}),
    queryFn: async ({ signal }) => {
      const { current: known } = given
      const asked = (written ?? []).map((one, index) => ({
        ...one,
        input: withKey(one.input, known[index]),
      }))
      const found = await lookAt(asked, { writtenAt: writtenAt(source) })
      // What is looked at by now, of another account or other images, has keys of its own.
      signal.throwIfAborted()
      for (const { index, key } of found) if (key !== undefined) known[index] ??= key
      if (latest.current) keep(place, { ...latest.current, keys: given.current })
      return found
    },
    enabled: written !== undefined && written.length > 0,
    staleTime: Infinity,
    retry: false,
  })

  /** Begins with another file, or with none. */
  const begin = useCallback(
    (next: { name: string; text: string } | undefined) => {
      setOutcomes(new Map())
      setFailure(undefined)
      given.current = {}
      put(next && { ...next, givenAt: new Date().toISOString() })
    },
    [put],
  )

  /** Changes the file that was given then, as it is by now: what takes a while may end when another is there, or none. */
  const change = useCallback(
    (givenAt: string, to: (now: ImportSource) => ImportSource) => {
      if (latest.current?.givenAt === givenAt) put(to(latest.current))
    },
    [put],
  )

  async function doing(kind: 'create' | 'change', total: number, act: () => Promise<void>): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    setFailure(undefined)
    setWork({ kind, done: 0, total })
    try {
      await act()
    } catch (error) {
      setFailure(error)
    } finally {
      isBusy.current = false
      setWork(undefined)
      // What there is now, whatever was answered: an answer that is lost is found out by that.
      await look.refetch()
      // What was seen of another account is of before.
      queries.removeQueries({ queryKey: keys.importLooks, type: 'inactive' })
      void queries.invalidateQueries({ queryKey: keys.reminders })
    }
  }

  const tell = (told: Iterable<[number, Outcome]>) => setOutcomes((before) => new Map([...before, ...told]))

  const create = (wanted: readonly Found[]) =>
    doing('create', wanted.length, async () => {
      const inputs = wanted.map(({ input, key }): ReminderInput => ({
        ...input,
        ...(key !== undefined && { key }),
      }))
      const asOf = writtenAt(source)
      const { reminders } = await api.reminders.createMany(inputs, { ...(asOf && { writtenAt: asOf }) })
      tell(
        reminders.flatMap((one): [number, Outcome][] => {
          const { index = -1 } = wanted[one.index] ?? {}
          if (one.kind === 'refused')
            return [[index, { kind: 'failed', error: new CarillonError(one.code, one.message) }]]
          return one.kind === 'created' ? [[index, { kind: 'created' }]] : []
        }),
      )
    })

  const replace = (wanted: readonly Found[]) =>
    doing('change', wanted.length, async () => {
      for (const [done, one] of wanted.entries()) {
        setWork({ kind: 'change', done, total: wanted.length })
        if (one.kind !== 'differs') continue
        const { key, definition, existingDigest } = one.preview
        try {
          await api.reminders.edit(key, replacementOf(definition), {
            ...(existingDigest !== undefined && { ifDigest: existingDigest }),
          })
          tell([[one.index, { kind: 'changed' }]])
        } catch (error) {
          tell([[one.index, { kind: 'failed', error }]])
          // Where nobody answers, it is not asked for each of the others.
          if (error instanceof CarillonError && error.code === 'unreachable') throw error
        }
      }
    })

  return { source, begin, change, read, look, written, outcomes, failure, work, create, replace }
}

export type Importing = ReturnType<typeof useImport>

function writtenAt(source: ImportSource | undefined): Date | undefined {
  if (source === undefined) return undefined
  const at = new Date(source.givenAt)
  return Date.now() - at.getTime() < wordsHoldMs ? at : undefined
}

function inputOf({ input }: WrittenReminder, { account, images = {} }: ImportSource): ReminderInput {
  if (!isFields(input)) return input as ReminderInput
  return withUploads(account === undefined ? input : { ...input, account }, images)
}

function withKey(input: ReminderInput, key: string | undefined): ReminderInput {
  return isFields(input) && key !== undefined ? { key, ...input } : input
}

/** What is none the API tells of. */
function isFields(input: unknown): input is ReminderInput {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}
