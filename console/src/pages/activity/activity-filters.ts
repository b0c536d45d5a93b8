import { auditAreaNames, type AuditArea } from '../../../../src/domain/audit-areas.js'

/** What is in the address of the page, so that it is there again after a reload, and on the way back. */
export type ActivityFilters = { about?: AuditArea; by?: string }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readActivityFilters({ about, by }: Record<string, unknown>): ActivityFilters {
  const area = auditAreaNames.find((one) => one === about)
  // The router reads digits as a number.
  const who = typeof by === 'string' || typeof by === 'number' ? String(by) : ''
  return { ...(area && { about: area }), ...(who !== '' && { by: who }) }
}
