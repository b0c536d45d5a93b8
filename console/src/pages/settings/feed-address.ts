/** Where a calendar subscribes, by a token of the role `calendar`: who has it sees what is to come, and nothing else. */
export function feedAddress(secret: string): string {
  return `${location.origin}/v1/calendar.ics?token=${secret}`
}
