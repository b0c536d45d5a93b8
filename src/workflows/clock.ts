/** Temporal's clock, as an instant in UTC: a workflow's `Date` is the time of its task. What is due is what it says. */
export function nowText(): string {
  return new Date(Date.now()).toISOString()
}
