import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startService, waitUntilReady } from '../../src/stack/service.js'
import { temporaryFolder } from './support/temporary-home.js'

const start = async (command: string, args: string[]) => {
  const logFile = join(temporaryFolder(), 'service.log')
  const service = await startService({
    name: 'Postgres',
    command,
    args,
    env: { PATH: process.env.PATH },
    logFile,
    stopSignal: 'SIGINT',
    stopMs: 1_000,
  })
  await waitUntilReady(service, async () => false, { timeoutMs: 60_000, logFile })
}

it('a service that ends while it starts says so with the end of its log, however soon it ended', async () => {
  const ends = Array.from({ length: 40 }, async () => await start('sh', ['-c', 'echo no such thing; exit 3']))
  for (const end of await Promise.allSettled(ends))
    expect(end.status === 'rejected' && String(end.reason)).toMatch(
      /Postgres ended with exit code 3 while it started\. The end of [^]*no such thing/,
    )
})

it('a service whose program is not there says which', async () => {
  await expect(start('/no/such/program', [])).rejects.toThrow('Postgres did not start: /no/such/program: ')
})
