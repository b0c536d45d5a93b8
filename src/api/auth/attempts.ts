import { createHash } from 'node:crypto'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { tokenPrefix } from '../../client/operators/secrets.js'
import type { Database } from '../../store/database.js'

/** Failed sign-ins, counted in Postgres for all processes together. */

const windowS = 15 * 60
// A whole office may come from one address; one token is mistyped by one person.
const perAddress = 30
const perToken = 5
/** Enough to know a token by, and far too little to use it. */
const shownOfToken = 8

export type Attempt = { address: string; secret: string }

export type Attempts = {
  /** Counts one that may fail. Returns how long to wait, in ms, where there were too many; 0 where it may go on. */
  begin(attempt: Attempt): Promise<number>
  /** It did not fail. */
  succeeded(attempt: Attempt): Promise<void>
}

export function createAttempts(database: Database): Attempts {
  const common = {
    storeClient: database,
    storeType: 'pool',
    tableName: 'sign_in_attempt',
    // By a migration.
    tableCreated: true,
    duration: windowS,
  }
  const byAddress = new RateLimiterPostgres({ ...common, keyPrefix: 'address', points: perAddress })
  const byToken = new RateLimiterPostgres({ ...common, keyPrefix: 'token', points: perToken })

  return {
    async begin({ address, secret }) {
      const waits = [await taken(byAddress, addressKey(address)), await taken(byToken, tokenKey(secret))]
      return Math.max(...waits)
    },
    async succeeded({ address, secret }) {
      await byAddress.reward(addressKey(address))
      await byToken.delete(tokenKey(secret))
    },
  }
}

async function taken(limiter: RateLimiterPostgres, key: string): Promise<number> {
  try {
    await limiter.consume(key)
    return 0
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext)
    throw error
  }
}

function tokenKey(secret: string): string {
  const start = secret.startsWith(tokenPrefix) ? tokenPrefix.length : 0
  return digest(secret.slice(start, start + shownOfToken))
}

/** Who has an IPv6 address has some 2^64 of them: they count as one. */
export function addressKey(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  return digest(mapped ?? (address.includes(':') ? networkOf(address) : address))
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** Neither an address nor a piece of a token is kept as it is. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
