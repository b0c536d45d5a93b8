/**
 * Whose tasks the workers take first, where more are waiting than they can take: what is begun is ended before more is begun,
 * so that of a thousand reminders at one instant the first are out before the last have begun. A reminder has Temporal's
 * default of 3.
 */
export const priorities = {
  /** Others wait for these. */
  account: { priorityKey: 1 },
  /** And what it starts. */
  run: { priorityKey: 2 },
} as const
