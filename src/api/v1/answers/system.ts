import { z } from 'zod'
import { saidIn } from './said.js'
import { count } from './values.js'

export const reconciledAnswer = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('busy') }),
    z.object({
      kind: z.literal('done'),
      checked: count,
      started: count,
      nudged: count,
      resumedRuns: count,
      startedSessions: count,
      startedRelays: count,
      resumedWebhooks: count,
      resumedUpdates: count,
      skipped: count,
      problems: z.array(z.object({ workflowId: z.string(), problem: z.string() })),
    }),
  ])
  .meta({ id: 'Reconciled' })

export const systemAnswer = z
  .object({
    ok: z.boolean().meta({ description: 'Whether nothing is bad, and all could be looked at.' }),
    version: z.string(),
    checks: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['ok', 'bad', 'unknown', 'skipped']),
        found: z.string(),
        remedy: z.string().optional().meta({ description: 'What to do, where it is bad.' }),
        said: saidIn('found', 'remedy'),
      }),
    ),
  })
  .meta({ id: 'System' })
