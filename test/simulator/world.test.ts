import { expect, test } from 'vitest'
import { World, type WorldEvent } from '../../simulator/world.js'

const ACCOUNT = '15550007001'
const ANN = '15551007001'

test('a world made again from its snapshot is the same, and gives out no prekey twice', () => {
  const recorded: WorldEvent[] = []
  const world = new World((event) => recorded.push(event))
  world.addPeople([ACCOUNT, ANN])
  world.change({ t: 'account', phone: ACCOUNT, name: 'First', nextDevice: 3 })
  const device = {
    device: 2,
    noiseKey: Buffer.from([1]),
    identity: Buffer.from([2]),
    linkedAt: 1,
    prekeys: 812,
  }
  world.change({ t: 'device', account: ACCOUNT, device })
  const members = [ACCOUNT, ANN]
  const group = {
    jid: '120363000000000007@g.us',
    subject: 'Same',
    addressing: 'lid',
    members,
    admins: [],
    ephemeral: 0,
    closed: 'no',
  } as const
  world.change({ t: 'group', group: { ...group, members, admins: [] } })
  expect(world.issuePreKeys([ANN]).get(ANN)).toBe(1)

  for (const events of [recorded, world.snapshot()]) {
    const again = new World(() => undefined)
    for (const event of events) again.apply(event)
    expect(again.people).toEqual(world.people)
    expect(again.accounts).toEqual(world.accounts)
    expect(again.groups).toEqual(world.groups)
    expect(again.issuePreKeys([ANN, ACCOUNT])).toEqual(
      new Map([
        [ANN, 2],
        [ACCOUNT, 1],
      ]),
    )
  }
})
