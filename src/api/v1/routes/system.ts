import { systemAnswer } from '../answers/system.js'
import { ok, route, type Route } from '../route.js'
import { version } from '../../version.js'

export const systemRoutes: Route[] = [
  route({
    id: 'showSystem',
    method: 'get',
    path: '/system',
    tag: 'System',
    summary: 'Whether all is well, and what to do where it is not',
    description: 'What `carillon doctor` says, but for what it finds on the machine where it is called.',
    role: 'viewer',
    statuses: { 200: 'All that was looked at.' },
    answer: systemAnswer,
    handle: async ({ examine }) => {
      const checks = await examine()
      const isGood = checks.every(({ state }) => state === 'ok' || state === 'skipped')
      return ok({ ok: isGood, version, checks })
    },
  }),
]
