import { listAudit, type AuditView } from '../../store/views/audit.js'
import type { Page } from '../../store/page.js'
import type { ClientContext } from '../context.js'
import { readListQuery } from '../paging.js'

export type AuditQuery = { limit?: number; cursor?: string }

export type Audit = {
  /** Who asked for what, when and why, of all that is the operator's: the latest first. @throws InputError */
  list(query?: AuditQuery): Promise<Page<AuditView>>
}

export function createAudit({ database, operator }: ClientContext): Audit {
  return {
    async list(query = {}) {
      const { limit, cursor } = readListQuery(query, { states: [], cursorOf: ['id'] })
      return await listAudit(database, { operator, limit, ...(cursor && { after: cursor[0] ?? '' }) })
    },
  }
}
