/** What the audit is about, by area: how the workflowIds and names of the things that are of it begin, before the colon. */
export const auditAreas = {
  reminders: ['reminder'],
  runs: ['run'],
  accounts: ['account', 'session', 'lock'],
  access: ['token', 'operator'],
  webhooks: ['webhook'],
  bots: ['bot', 'telegram'],
  system: ['media', 'job', 'key', 'keys'],
} as const satisfies Record<string, readonly string[]>

export type AuditArea = keyof typeof auditAreas

export const auditAreaNames = Object.keys(auditAreas) as [AuditArea, ...AuditArea[]]

/** Of these areas, or of all. */
export function subjectKinds(areas: readonly AuditArea[] = auditAreaNames): string[] {
  return areas.flatMap((area) => auditAreas[area])
}
