import { say } from '../../domain/sentences/say.js'
import { auditAreaNames, type AuditArea } from '../../domain/audit-areas.js'
import type { Checkpoint } from '../../receipts/checkpoint.js'
import type { StoredReceipt } from '../../receipts/entry.js'
import type { ChainSource } from '../../receipts/source.js'
import { chainState, receiptsAfter } from '../../store/receipts/chain.js'
import { listAudit, type AuditView } from '../../store/views/audit.js'
import type { Page } from '../../store/page.js'
import type { ClientContext } from '../context.js'
import { InputError } from '../errors.js'
import { describeValue, meantBy } from '../input/issues.js'
import { readListQuery } from '../paging.js'
import { checkStorable } from '../storable.js'
import { verifyNext, type Verification } from './verification.js'

export type AuditQuery = {
  limit?: number
  cursor?: string
  /** Only what is about these. */
  areas?: readonly AuditArea[]
  /** Only what this one asked for: the operator, or the operator, a `/` and the name of the token. */
  by?: string
}

/** The operator's chain of receipts: its signed end, and up to where the retention has cut it. */
export type ChainView = {
  operator: string
  /** Null where nothing was written yet. */
  head: Checkpoint | null
  cut: Checkpoint | null
}

export type Audit = {
  /** Who asked for what, when and why, of all that is the operator's: the latest first. @throws InputError */
  list(query?: AuditQuery): Promise<Page<AuditView>>
  chain(): Promise<ChainView>
  /** Some rows of the chain after that one, in order; none where there are no more. @throws InputError */
  receipts(query: { after: number }): Promise<StoredReceipt[]>
  /**
   * Walks a part of the chain where it is, and compares it with the audit and the ledger as they are now: what was altered,
   * removed or added there since its row was written. `after`: the `next` of the part before. @throws InputError
   */
  verify(query?: { after?: string }): Promise<Verification>
}

export function createAudit({ database, operator }: ClientContext): Audit {
  return {
    async list(query = {}) {
      const { areas, by, ...page } = query
      const { limit, cursor } = readListQuery(page, { states: [], cursorOf: ['id'] })
      const unknown = (areas ?? []).filter((area) => !auditAreaNames.includes(area))
      if (unknown.length > 0)
        throw new InputError(
          unknown.map((area) => ({
            field: 'area',
            got: describeValue(area),
            expected: say('oneOf', { list: auditAreaNames.join(', '), meant: meantBy(area, auditAreaNames) }),
          })),
        )
      if (by !== undefined) checkStorable({ by })
      return await listAudit(database, {
        operator,
        limit,
        ...(cursor && { after: cursor[0] ?? '' }),
        ...(areas !== undefined && areas.length > 0 && { areas }),
        ...(by !== undefined && { by }),
      })
    },
    async chain() {
      const { head = null, cut = null } = (await chainState(database, operator)) ?? {}
      return { operator, head, cut }
    },
    async receipts({ after }) {
      if (!Number.isSafeInteger(after) || after < 0)
        throw new InputError([
          { field: 'after', got: describeValue(after), expected: 'expected the number of a row, or 0' },
        ])
      return await receiptsAfter(database, { operator, after })
    },
    verify: async (query = {}) => await verifyNext({ database, operator }, query),
  }
}

/** The chain to be verified or exported, be it by way of the API. */
export async function chainSource(audit: Pick<Audit, 'chain' | 'receipts'>): Promise<ChainSource> {
  const { operator } = await audit.chain()
  return {
    operator,
    state: async () => {
      const { head, cut } = await audit.chain()
      return head === null ? undefined : { head, cut }
    },
    rows: async (after) => await audit.receipts({ after }),
  }
}
