import { z } from 'zod'
import { roles } from '../../../domain/access.js'
import { ways } from '../../../domain/ways.js'
import { instant, maybe, pageOf } from './values.js'
import { saidIn } from './said.js'

export const tokenAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    accounts: maybe(z.array(z.string())).meta({ description: 'Those that it is for; null where all are.' }),
    createdAt: instant,
    expiresAt: maybe(instant),
    lastUsedAt: maybe(instant).meta({ description: 'Up to a minute ago more.' }),
    revokedAt: maybe(instant),
    isValid: z.boolean().meta({ description: 'Whether it can be used now.' }),
  })
  .meta({ id: 'Token' })
export const tokensAnswer = pageOf(tokenAnswer)
export const newTokenAnswer = z.object({
  token: tokenAnswer,
  secret: z.string().meta({ description: 'The token itself, shown this once.' }),
})
export const revokedTokenAnswer = z.object({
  token: tokenAnswer,
  already: z.boolean().optional().meta({ description: 'True where it was revoked before.' }),
})

export const auditAnswer = pageOf(
  z
    .object({
      id: z.int(),
      at: instant,
      subject: z.string().meta({ description: 'What it was done to: `reminder:local/class-trip`.' }),
      action: z.string(),
      by: maybe(z.string()).meta({ description: 'The operator, and the name of the token.' }),
      via: maybe(z.enum(ways)).meta({ description: 'The way it was asked by.' }),
      reason: maybe(z.string()),
      said: saidIn('reason'),
    })
    .meta({ id: 'AuditEntry' }),
)
