import { describe, expect, it } from 'vitest'
import { previewDelivery } from '../../src/client/preview/duration.js'
import { deliveryWarnings } from '../../src/client/preview/warnings.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'

const at = '2026-11-24T18:00:00.000Z'
const hour = 3_600_000
const recipients = Array.from({ length: 25 }, (_, index) => `${15_557_000_000 + index}@s.whatsapp.net`)

const definition = (change: Partial<ReminderDefinition> = {}): ReminderDefinition => ({
  version: 2,
  account: 'office',
  audience: { kind: 'list', recipients },
  parts: [{ kind: 'text', text: 'x' }],
  schedule: { kind: 'once', at, zone: 'UTC' },
  overlap: 'bufferOne',
  priority: 5,
  catchUpMs: 0,
  deliverWithinMs: 12 * hour,
  onUncertain: 'resend',
  groupConcurrency: 3,
  ...change,
})

function preview(change: Partial<ReminderDefinition>, dailyCap: number | null = null) {
  const previewed = definition(change)
  const limits = { ratePerMinute: 40, dailyCap }
  const delivery = previewDelivery(previewed, { at, sends: recipients.length, limits })
  const audience = { isLookedUpAgain: false, recipients: recipients.map((jid) => ({ jid })), leftOut: [] }
  return { delivery, warnings: deliveryWarnings(previewed, { audience, at, delivery }) }
}

describe('a preview of how long it takes', () => {
  it('knows the account’s limit', () => {
    const { delivery, warnings } = preview({})
    expect(delivery).toMatchObject({ limitPerMinute: 40, durationMs: 25 * 400, expiring: 0 })
    expect(delivery).not.toHaveProperty('dailyCap')
    expect(warnings).toEqual([])
  })

  it('knows the reminder’s own limit, where that is lower', () => {
    expect(preview({ ratePerMinute: 10 }).delivery).toMatchObject({
      limitPerMinute: 10,
      durationMs: 2 * (60_500 + 400) + 5 * 400,
    })
    expect(preview({ ratePerMinute: 100 }).delivery).toMatchObject({ limitPerMinute: 40, durationMs: 10_000 })
  })

  it('knows the daily cap: what is over it expires, or waits until the next day', () => {
    const { delivery, warnings } = preview({}, 20)
    expect(delivery).toMatchObject({ dailyCap: 20, durationMs: 12 * hour, expiring: 5 })
    expect(warnings).toEqual([
      expect.stringContaining("account 'office' may send 20 messages in 24 hours, and this has 25"),
      expect.stringContaining('5 of 25 messages would expire unsent'),
    ])
    expect(preview({ deliverWithinMs: 48 * hour }, 20).delivery).toMatchObject({
      durationMs: 24 * hour + 500 + 400 + 5 * 400,
      expiring: 0,
    })
  })

  it('says where the next opening comes after its time to deliver: nothing is sent', () => {
    const { delivery, warnings } = preview({ window: { from: '08:00', to: '17:00' } })
    expect(delivery).toMatchObject({ beginsAt: '2026-11-25T08:00:00.000Z', durationMs: 0, expiring: 25 })
    expect(warnings).toEqual([
      expect.stringMatching(
        /is outside of its window: that opens .* at 08:00.*, when its time to deliver is over$/,
      ),
      expect.stringContaining('25 of 25 messages would expire unsent'),
    ])
  })

  it('begins at the opening where that comes in time', () => {
    const { delivery, warnings } = preview({ window: { from: '20:00', to: '22:00' } })
    expect(delivery).toMatchObject({ beginsAt: '2026-11-24T20:00:00.000Z', durationMs: 10_000, expiring: 0 })
    expect(warnings).toEqual([expect.stringContaining('it begins when that opens')])
  })
})
