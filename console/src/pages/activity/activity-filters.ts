import { auditAreaNames, type AuditArea } from '../../../../src/domain/audit-areas.js'
import { choiceIn, textIn } from '../../parts/address.js'

/** What is in the address of the page, so that it is there again after a reload, and on the way back. */
export type ActivityFilters = { about?: AuditArea; by?: string }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readActivityFilters(given: Record<string, unknown>): ActivityFilters {
  return { ...choiceIn(given, 'about', auditAreaNames), ...textIn(given, 'by') }
}
