import type { ApiProcess } from '../shared/api-processes.js'
import { ask, type HttpAnswer } from '../shared/ask.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import type { Repeatable } from './callers.js'
import { reminderKey } from './creates.js'
import type { IdempotencyOptions } from './options.js'

/** What Postgres has of the requests whose answers are kept: each was done once, and what was answered is so. */
export async function factsProblems(
  { client: { database } }: Pick<CampaignSystem, 'client'>,
  {
    apis: [api],
    kept,
    options: { kept: each },
  }: {
    apis: ApiProcess[]
    kept: { request: Repeatable; answers: HttpAnswer[] }[]
    options: Pick<IdempotencyOptions, 'kept'>
  },
): Promise<string[]> {
  const { rows } = await database.query<{ [fact in (typeof facts)[number]]: number }>(
    `select
       (select count(*) from audit where action = 'pause' and subject = any ($2)) as pauses,
       (select count(*) from reminder where operator = $1 and dedupe_key = any ($3) and state = 'paused') as paused,
       (select count(*) from run where operator = $1 and dedupe_key = any ($4)) as runs,
       (select count(distinct dedupe_key) from run where operator = $1 and dedupe_key = any ($4)) as fired,
       (select count(*) from webhook_endpoint where operator = $1) as endpoints,
       (select count(*) from token where operator = $1 and name like 'desk-%' and revoked_at is null) as tokens,
       (select count(*) from account where operator = $1 and id like 'branch-%') as accounts`,
    [operator, keys(0, each).map((key) => `reminder:${operator}/${key}`), keys(0, each), keys(each, each)],
  )
  const [found] = rows
  return [
    ...facts.flatMap((fact) =>
      found?.[fact] === each ? [] : [`${fact}: expected ${each}, Postgres has ${found?.[fact]}`],
    ),
    ...(await closedSecrets(api, kept)),
  ]
}

const facts = ['pauses', 'paused', 'runs', 'fired', 'endpoints', 'tokens', 'accounts'] as const

function keys(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => reminderKey(from + index))
}

/** Tokens that were answered and open nothing. */
async function closedSecrets(
  api: ApiProcess | undefined,
  kept: { request: Repeatable; answers: HttpAnswer[] }[],
): Promise<string[]> {
  const problems: string[] = []
  for (const { request, answers } of kept.filter((one) => one.request.path === '/v1/tokens')) {
    const [answer] = answers
    if (api === undefined || answer === undefined) continue
    const { secret } = JSON.parse(answer.text) as { secret: string }
    const { status } = await ask(`${api.url}/v1/accounts`, { headers: { authorization: `Bearer ${secret}` } })
    if (status !== 200) problems.push(`${request.key}: the token that was answered is refused (${status})`)
  }
  return problems
}
