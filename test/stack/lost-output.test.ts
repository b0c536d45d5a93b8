import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { describeHome } from '../../src/stack/home.js'
import { identify, isRunning, self } from '../../src/stack/process-identity.js'
import { exitOf, startScript } from './support/child-script.js'
import { temporaryFolder } from './support/temporary-home.js'

it('a start whose terminal is gone still stops and hands back what it has, in order', async () => {
  const { path, recordFile, lockFile } = describeHome(temporaryFolder())
  const left = spawn('sleep', ['600'], { stdio: 'ignore' })
  onTestFinished(() => {
    left.kill('SIGKILL')
  })
  const orphan = identify(left.pid ?? 0)
  if (orphan === undefined) throw new Error('sleep did not start')
  // It says that it stops this one, to nobody.
  const children = [{ ...orphan, name: 'Temporal', stopSignal: 'SIGTERM' }]
  writeFileSync(recordFile, JSON.stringify({ owner: { ...self(), startedAt: 'before' }, children }))

  const start = startScript('../../../src/start.ts', [], {
    CARILLON_HOME: path,
    TEMPORAL_ADDRESS: undefined,
    CARILLON_TEMPORAL_PORT: String(await takenPort()),
  })
  start.stdout.destroy()
  start.stderr.destroy()

  expect(await exitOf(start)).toBe(1)
  expect(isRunning(orphan)).toBe(false)
  expect(existsSync(lockFile)).toBe(false)
})

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}
