import type { Inbox } from '../../simulator/contract.js'
import type { DemoGroup } from '../demo/scene.js'

export type Arrivals = {
  /** One for each recipient and text. */
  expected: number
  /** Seen exactly once. */
  once: number
  missing: number
  /** Shown more often than once; a copy with the same id, which an app drops, is not shown. */
  repeated: number
}

/** What the members of the groups saw of these texts: nothing here comes from Carillon's own records. */
export function arrivalsOf(
  inboxes: Inbox[],
  { groups, texts }: { groups: DemoGroup[]; texts: string[] },
): Arrivals {
  const found: Arrivals = { expected: 0, once: 0, missing: 0, repeated: 0 }
  const byRecipient = new Map(inboxes.map(({ recipient, messages }) => [recipient, messages]))
  for (const { jid, members } of groups)
    for (const member of members)
      for (const text of texts) {
        const shown = (byRecipient.get(member) ?? []).filter(
          (message) => message.chat === jid && message.text === text,
        ).length
        found.expected += 1
        if (shown === 0) found.missing += 1
        else if (shown === 1) found.once += 1
        else found.repeated += 1
      }
  return found
}
