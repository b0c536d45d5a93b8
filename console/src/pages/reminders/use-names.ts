import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { ReminderDefinition } from '../../../../src/domain/definition.js'
import { mostKeys } from '../../../../src/domain/search.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useText } from '../../text/text.js'
import { firstWords } from './summary.js'

type Named = { key: string; definition: ReminderDefinition }

/**
 * What people know these reminders by, by their keys: a key of which nothing is known any more is its own name, and one that is being
 * asked for has none yet.
 */
export function useReminderNames(wanted: readonly string[]): ReadonlyMap<string, string> {
  const text = useText()
  const each = [...new Set(wanted)]
  return useQueries({
    queries: each.map((key) => ({
      queryKey: keys.reminderName(key),
      queryFn: async () => (await asked(key)).get(key) ?? null,
    })),
    combine: useCallback(
      (results: UseQueryResult<Named | null>[]) =>
        new Map(
          results.map(({ data, isPending }, index): [string, string] => {
            const key = each[index] ?? ''
            return [key, data ? firstWords(data.definition, text) : isPending ? notYet : key]
          }),
        ),
      [text, each.join(' ')],
    ),
  })
}

const notYet = '…'

/** So much that the address of the question stays short enough. */
const mostCharacters = 6_000

let open: { wanted: string[]; characters: number; answer: Promise<Map<string, Named>> } | undefined

/** Those that are asked for in one moment are asked for together. */
async function asked(key: string): Promise<Map<string, Named>> {
  const { length } = encodeURIComponent(key)
  if (open === undefined || open.wanted.length === mostKeys || open.characters + length > mostCharacters) {
    const wanted: string[] = []
    const answer = new Promise((resolve) => setTimeout(resolve)).then(async () => {
      if (open?.wanted === wanted) open = undefined
      const { items } = await api.reminders.list({ keys: wanted })
      return new Map(items.map((one) => [one.key, one]))
    })
    open = { wanted, characters: 0, answer }
  }
  open.wanted.push(key)
  open.characters += length
  return await open.answer
}
