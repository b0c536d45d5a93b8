import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { format } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'

/**
 * The console is patched once per process, and a spy would sit on top of the patch: so what would be printed is
 * caught below it, by a patch of the methods before the module under test is loaded.
 */
const printed: string[] = []
const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const
for (const method of methods)
  vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
    printed.push(format(...texts))
  })

type Libsignal = {
  SessionRecord: new () => {
    closeSession(session: unknown): void
    setSession(session: unknown): void
  }
}
type SessionRecordClass = Libsignal['SessionRecord'] & { createEntry(): Record<string, unknown> }

const require = createRequire(import.meta.url)
const SessionRecord = (require('libsignal') as Libsignal).SessionRecord as SessionRecordClass

afterEach(() => {
  printed.length = 0
})

/** Closes a session with libsignal's own code, and returns how its private key would look when printed. */
function closeSession(): string {
  const privKey = Buffer.from('a'.repeat(32))
  const session = Object.assign(SessionRecord.createEntry(), {
    currentRatchet: { ephemeralKeyPair: { pubKey: Buffer.alloc(33, 5), privKey } },
    indexInfo: { baseKey: Buffer.alloc(33, 7), closed: -1 },
  })
  const record = new SessionRecord()
  record.setSession(session)
  record.closeSession(session)
  return format(privKey).slice(0, 40)
}

test('libsignal prints private keys as long as nobody stops it', () => {
  const key = closeSession()
  expect(printed.join('\n')).toContain('Closing session')
  expect(printed.join('\n')).toContain(key)
})

test('with the gateway loaded nothing of a session is printed, and everybody else still prints', async () => {
  await import('../../src/whatsapp/baileys.js')
  closeSession()
  expect(printed).toEqual([])
  for (const method of methods) console[method](method)
  expect(printed).toEqual([...methods])
})

test('nor when Baileys itself closes a session, because a recipient has new keys', async () => {
  const baileys = await import('../../src/whatsapp/baileys.js')
  const { silentLogger } = await import('../../src/whatsapp/silent-logger.js')
  const values = new Map<string, unknown>()
  const store = {
    get: (type: string, ids: string[]) =>
      Object.fromEntries(
        ids.flatMap((id) => (values.has(`${type} ${id}`) ? [[id, values.get(`${type} ${id}`)]] : [])),
      ),
    set: (data: object) => {
      for (const [type, entries] of Object.entries(data))
        for (const [id, value] of Object.entries(entries as object)) values.set(`${type} ${id}`, value)
    },
  }
  const keys = baileys.addTransactionCapability(store as never, silentLogger, {
    maxCommitRetries: 1,
    delayBetweenTriesMs: 0,
  })
  const repository = baileys.DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
    { creds: baileys.initAuthCreds(), keys },
    silentLogger,
  )
  const bundle = () => {
    const them = baileys.initAuthCreds()
    return {
      registrationId: them.registrationId,
      identityKey: baileys.generateSignalPubKey(them.signedIdentityKey.public),
      signedPreKey: {
        keyId: them.signedPreKey.keyId,
        publicKey: baileys.generateSignalPubKey(them.signedPreKey.keyPair.public),
        signature: them.signedPreKey.signature,
      },
      preKey: { keyId: 1, publicKey: baileys.generateSignalPubKey(baileys.Curve.generateKeyPair().public) },
    }
  }
  const jid = '15551000041@s.whatsapp.net'
  await repository.injectE2ESession({ jid, session: bundle() })
  const before = JSON.stringify([...values.values()], baileys.BufferJSON.replacer)
  await repository.injectE2ESession({ jid, session: bundle() })
  expect(JSON.stringify([...values.values()], baileys.BufferJSON.replacer)).not.toBe(before)
  expect(printed).toEqual([])
})

test('nothing but the door imports Baileys, so that the silence always comes with it', () => {
  const source = join(import.meta.dirname, '../../src')
  const importers = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /from '(@whiskeysockets|libsignal)/.test(readFileSync(join(source, file), 'utf8')))
  expect(importers).toEqual([join('whatsapp', 'baileys.ts')])
})
