import { say } from '../../domain/sentences/say.js'
import { hasWords, searchWords } from '../../domain/search.js'
import { targetStates, type TargetState } from '../../domain/states.js'
import type { Database } from '../../store/database.js'
import { encodeCursor, type Page } from '../../store/page.js'
import { listTargetNames, listTargets, type TargetQuery, type TargetView } from '../../store/views/runs.js'
import { InputError } from '../errors.js'
import { readListQuery, type ListQuery } from '../paging.js'
import { mostSearched } from '../reminders/list.js'
import { checkStorable } from '../storable.js'

export type TargetListQuery = ListQuery<TargetState> & {
  /** Only groups that have each of these words in their name, and people who have them in their number. */
  search?: string
}

type Listed = Omit<TargetQuery, 'runId' | 'ordinals'> & { search?: string }

/** @throws InputError */
export function readTargetQuery({ search, ...query }: TargetListQuery): Listed {
  checkStorable({ search })
  const { cursor, ...rest } = readListQuery(query, { states: targetStates, cursorOf: ['ordinal'] })
  if (search !== undefined && search.length > mostSearched)
    throw new InputError([
      {
        field: 'search',
        got: String(search.length),
        expected: say('mostCharacters', { max: mostSearched }),
      },
    ])
  if (rest.skip !== undefined && (search !== undefined || cursor !== undefined))
    throw new InputError([
      { field: 'skip', expected: 'expected none with search or cursor: go on with `next`' },
    ])
  return {
    ...rest,
    ...(cursor && { after: Number(cursor[0]) }),
    ...(search !== undefined && { search }),
  }
}

/** Opened at a time: between two of them others have their turn. */
const batch = 500

/** A page of the targets of a run. A search opens the names of all of them: they are encrypted, and those of one run alone. */
export async function listedTargets(
  database: Database,
  runId: string,
  { search, ...query }: Listed,
): Promise<Page<TargetView>> {
  if (search === undefined) return await listTargets(database, { runId, ...query })
  const words = searchWords(search)
  const found: number[] = []
  let { after } = query
  let isMore = true
  while (isMore && found.length < query.limit) {
    const { items, next } = await listTargetNames(database, {
      runId,
      ...query,
      ...(after !== undefined && { after }),
      limit: batch,
    })
    isMore = next !== undefined
    for (const [index, { ordinal, jid, subject }] of items.entries()) {
      after = ordinal
      if (!hasWords(words, [subject ?? `+${jid}`])) continue
      found.push(ordinal)
      if (found.length < query.limit) continue
      isMore ||= index < items.length - 1
      break
    }
  }
  const { items } = await listTargets(database, { runId, ordinals: found, limit: found.length })
  return { items, ...(isMore && after !== undefined && { next: encodeCursor([String(after)]) }) }
}
