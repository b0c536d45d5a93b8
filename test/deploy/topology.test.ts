import { describe, expect, it } from 'vitest'
import type { Inbox, InboxMessage } from '../../simulator/contract.js'
import { arrivalsOf } from '../../proofs/topology/arrivals.js'
import { addressesOf, chooseTopologyPorts, onThisMachine, type Ports } from '../../proofs/topology/places.js'
import { hasPassed, type TrialResult } from '../../proofs/topology/trial.js'
import { composeAsWritten } from './support/files.js'

const groups = [{ jid: '120363000000000001@g.us', members: ['15550000001', '15550000002'] }]
const texts = ['one', 'two']

function inbox(recipient: string, shown: string[], chat = groups[0]?.jid ?? ''): Inbox {
  const messages = shown.map((text, order) => ({ chat, text, order, id: `${order}` }) as InboxMessage)
  return { recipient, messages, undecryptable: [] }
}

describe('what arrived', () => {
  it('counts what each recipient saw once, not at all, and twice', () => {
    const inboxes = [inbox('15550000001', ['one', 'two', 'two']), inbox('15550000002', ['two', 'three'])]
    expect(arrivalsOf(inboxes, { groups, texts })).toEqual({
      expected: 4,
      once: 2,
      missing: 1,
      repeated: 1,
    })
  })

  it('does not take a message of another chat for one of the group', () => {
    const inboxes = [inbox('15550000001', texts, '120363000000000002@g.us'), inbox('15550000002', texts)]
    expect(arrivalsOf(inboxes, { groups, texts })).toMatchObject({ once: 2, missing: 2 })
  })
})

describe('a trial', () => {
  const good: TrialResult = {
    name: 'A worker is killed',
    isCompleted: true,
    disturbedAt: 10,
    sends: 40,
    arrivals: { expected: 200, once: 200, missing: 0, repeated: 0 },
    runMs: 1,
  }

  it.each<[string, Partial<TrialResult>, boolean]>([
    ['all arrived once', {}, true],
    ['one is missing', { arrivals: { expected: 200, once: 199, missing: 1, repeated: 0 } }, false],
    ['one came twice', { arrivals: { expected: 200, once: 199, missing: 0, repeated: 1 } }, false],
    ['the run did not end well', { isCompleted: false }, false],
    ['nothing was sent yet when it was disturbed', { disturbedAt: 0 }, false],
    ['everything was sent already', { disturbedAt: 40 }, false],
  ])('%s', (_what, change, isGood) => {
    expect(hasPassed({ ...good, ...change })).toBe(isGood)
  })
})

describe('the places of the services', () => {
  it('has a port for each, that fits the column Temporal keeps them in', async () => {
    const ports = Object.values(await chooseTopologyPorts())
    expect(new Set(ports).size).toBe(ports.length)
    for (const port of ports) expect(port).toBeLessThan(32_768)
  })

  it('differ from docker-compose.yml in addresses and ports only', () => {
    const ports = new Proxy({}, { get: () => 1 }) as Ports
    const changed = addressesOf(ports, { adminUrl: 'postgres://x', projectRoot: '/' })
    const { services } = composeAsWritten()
    for (const [name, environment] of Object.entries(changed)) {
      expect(services[name], name).toBeDefined()
      for (const variable of Object.keys(environment))
        expect(variable).toMatch(/(_HOST|_PORT|_SEEDS|_URL|_IP|_PATH)$/)
    }
  })

  it('replaces the host names inside of addresses', () => {
    const ports = { postgres: 1, frontend: 2, frontendHttp: 3, ui: 4 } as Ports
    expect(onThisMachine('postgres://carillon_app:x@postgres:5432/carillon', ports)).toBe(
      'postgres://carillon_app:x@127.0.0.1:1/carillon',
    )
    expect(onThisMachine('temporal:7233', ports)).toBe('127.0.0.1:2')
  })
})
