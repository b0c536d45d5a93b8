import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkZoneData } from '../../../src/doctor/zone-data.js'
import { bad, checked, listed, ok, type Check } from '../../../src/doctor/check.js'
import { checkRead } from '../../../src/doctor/groups.js'
import { lineOfBot } from '../../../src/doctor/bots.js'
import { adviceFor } from '../../../src/domain/failures.js'
import { readSentence } from '../../../src/domain/sentences/read.js'
import { say } from '../../../src/domain/sentences/say.js'
import { accountStates } from '../../../src/domain/states.js'
import { countedUpdates } from '../../../src/store/inbox/backlog.js'
import { accountSituation } from '../../../src/words/account-situation.js'
import { webhookSituation } from '../../../src/words/webhook-situation.js'
import type { EndpointView } from '../../../src/store/webhooks/webhooks.js'
import { accountView } from '../../cli/views.js'
import { shownIn } from '../domain/sentences/shown.js'

const at = new Date('2026-11-26T05:00:00Z')
const later = new Date('2026-11-26T07:00:00Z')

const endpointView: EndpointView = {
  id: 'a7c1f0e2',
  url: 'https://example.org/hook',
  types: [],
  createdAt: at,
  disabledAt: null,
  disabledReason: null,
  waiting: 0,
  failures: 0,
  failingSince: null,
  lastFailure: null,
  nextTryAt: null,
}

/** What a check says, and what it advises. */
const textsOf = (checks: readonly Check[]): string[] =>
  checks.flatMap(({ found, remedy }) => (remedy === undefined ? [found] : [found, remedy]))

const situations: Record<string, () => string[] | Promise<string[]>> = {
  'of an account': () =>
    accountStates.flatMap((state) =>
      [
        { state },
        { state, stateUntil: later },
        { state, stateDetail: adviceFor('AccountLoggedOut', undefined) },
        { state, stateDetail: adviceFor('AccountTemporarilyBanned', 403, 101) },
        { state, pausedReason: say('accountPausedBy', { who: say('phraseOperator'), reason: 'holidays' }) },
        { state, leaving: 'remove' as const },
        { state, leaving: 'unlink' as const },
        { state, directHeldUntil: later, directHeldBy: 'NewChatsLocked' as const },
      ].flatMap((some) => {
        const { sentence, remedy } = accountSituation({ ...accountView, ...some })
        return remedy === undefined ? [sentence] : [sentence, remedy]
      }),
    ),
  'of groups': () =>
    [0, 1, 12].flatMap((groups) =>
      [null, 'AccountLimited', 'ServerRefusedForNow', 'ConnectionLost', 'DatabaseLost', 'forbidden'].flatMap(
        (failure) =>
          [null, at].flatMap((readAt) =>
            [null, at].flatMap((failingSince) =>
              textsOf([
                checkRead({
                  accountId: 'office',
                  isConnected: true,
                  groups,
                  readAt,
                  failure,
                  failingSince,
                  retryAt: failingSince === null ? null : later,
                  waitingRuns: groups,
                }),
              ]),
            ),
          ),
      ),
    ),
  'of a bot': () =>
    [0, 1, 17, countedUpdates].flatMap((waiting) =>
      [0, 1, 17, countedUpdates].flatMap((dead) =>
        [0, 300, 90_000].flatMap((oldestSeconds) =>
          textsOf([lineOfBot({ bot: 'lobby', waiting, dead, oldestSeconds })]),
        ),
      ),
    ),
  'of a webhook': () =>
    [0, 1, 17].flatMap((waiting) =>
      [
        {},
        { disabledReason: say('answeredGone') },
        { failures: 3, failingSince: at, lastFailure: '503', nextTryAt: later },
        { failures: 1, failingSince: at, lastFailure: 'ECONNREFUSED', nextTryAt: at },
      ].flatMap((some) => {
        const situation = webhookSituation({ ...endpointView, ...some, waiting }, at)
        return situation.isFine ? [situation.sentence] : [situation.sentence, situation.remedy]
      }),
    ),
  'of the rules of zones': () =>
    textsOf([
      checkZoneData(),
      bad(
        'Zone data',
        say('doctorZonesDiffer', {
          workers: listed(
            ['2025c', '2026a', '2026f'].map((version, index) =>
              say('doctorZonesOfWorkers', { version, workers: index + 1 }),
            ),
          ),
          own: '2026f',
        }),
        say('doctorSameVersion'),
      ),
    ]),
  'of what could not be looked at': async () =>
    textsOf(
      await checked('Clock', () => {
        throw new Error('relation "trouble" does not exist')
      }),
    ),
}

test.for(Object.keys(situations))('what the doctor says %s is read back, and said in German', async (of) => {
  const texts = (await situations[of]?.()) ?? []
  expect(texts.length).toBeGreaterThan(0)
  for (const text of texts) {
    expect(readSentence(text, { isOfDoctor: true }), text).toBeDefined()
    expect(shownIn('de', text, { isOfDoctor: true }), text).not.toBe(text)
  }
})

test('zones that differ are read back with each of the versions', () => {
  const text = say('doctorZonesDiffer', {
    workers: listed([
      say('doctorZonesOfWorkers', { version: '2025c', workers: 1 }),
      say('doctorZonesOfWorkers', { version: '2026f', workers: 2 }),
    ]),
    own: '2026f',
  })
  expect(text).toBe(
    '2025c on 1 worker, 2026f on 2 workers, 2026f here: zones whose rules changed in between may be an hour off',
  )
  expect(shownIn('de', text, { isOfDoctor: true })).toMatch(
    /^2025c in 1 Programm, 2026f in 2 Programmen, hier 2026f: /,
  )
})

test('a check takes sentences of the table alone', () => {
  // @ts-expect-error: it has no code, and would be said in English to everybody.
  const check = ok('Node', 'all is well')
  expect(check.found).toBe('all is well')
})

/** A version, a path, a name or the message of another program. */
const asTheyStand: Record<string, number> = {
  // What another program says.
  'src/doctor/check.ts': 1,
  // The version of Node, twice, and where the Temporal CLI is.
  'src/doctor/machine.ts': 3,
  // What reconcile says to do, at terminals alone.
  'src/doctor/reconcile.ts': 1,
  // The namespace.
  'src/doctor/temporal.ts': 1,
}

test('what has no code is what has no words, and each of it is known here', () => {
  const root = join(import.meta.dirname, '../../..')
  const found = ['src/doctor', 'src/cli/doctor'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const uses = readFileSync(join(root, folder, name), 'utf8').match(/asItStands\(|as Sentence/g) ?? []
      return uses.length === 0 ? [] : [[`${folder}/${name}`, uses.length] as const]
    }),
  )
  expect(Object.fromEntries(found)).toEqual(asTheyStand)
})
