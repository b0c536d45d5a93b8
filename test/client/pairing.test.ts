import { describe, expect, it } from 'vitest'
import { outcome } from '../../src/client/accounts/pairing.js'
import type { AccountState } from '../../src/domain/states.js'

const requestedAt = new Date('2026-11-24T06:00:00Z')
const at = (state: AccountState, seconds: number) => ({
  state,
  stateDetail: 'why',
  stateSince: new Date(requestedAt.getTime() + seconds * 1_000),
  method: 'qr' as const,
  challenge: null,
  expiresAt: null,
})

describe('the end of a pairing', () => {
  it('is the connection', () => {
    expect(outcome(at('connected', 5), requestedAt)).toEqual({ kind: 'connected', already: false })
  })

  it('is the connection of an account that WhatsApp restricts, once nothing is asked for any more', () => {
    const { method: _method, ...limited } = at('limited', -60)
    expect(outcome({ ...limited, method: 'qr' }, requestedAt)).toBeUndefined()
    expect(outcome({ ...limited, method: null }, requestedAt)).toMatchObject({ kind: 'connected' })
  })

  it.each(['logged_out', 'temporarily_banned', 'banned', 'outdated', 'replaced'] as const)(
    'is a failure: %s',
    (state) => {
      expect(outcome(at(state, 5), requestedAt)).toEqual({ kind: 'failed', state, detail: 'why' })
    },
  )

  it('is not the failure that it is to mend', () => {
    expect(outcome(at('logged_out', -5), requestedAt)).toBeUndefined()
  })

  it.each(['new', 'pairing', 'connecting', 'reconnecting'] as const)('is still to come: %s', (state) => {
    expect(outcome(at(state, 5), requestedAt)).toBeUndefined()
  })
})
