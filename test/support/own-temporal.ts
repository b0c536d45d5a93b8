import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { freePort } from '../../src/stack/ports.js'
import { noProgress } from '../../src/stack/progress.js'
import { startTemporal } from '../../src/stack/temporal/temporal.js'
import { findTemporalCli } from '../../src/stack/temporal/cli.js'
import { testDataConverter } from './codec.js'
import type { TestNamespace } from './namespace.js'

export type OwnTemporal = TestNamespace & {
  /** Of its Web UI, where it was asked for. */
  webUiUrl: string | undefined
  /** Another server, at the same address, that has never heard of anything. */
  loseData(): Promise<void>
}

/** A Temporal of the test file's own, with its data in memory. */
export async function startOwnTemporal({ hasUi = false } = {}): Promise<OwnTemporal> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-temporal-'))
  const cli = await findTemporalCli({ env: process.env, progress: noProgress })
  const [port, namespace] = [await freePort(), 'default']
  const uiPort = hasUi ? await freePort() : undefined
  const start = () => startTemporal({ cli, port, uiPort, namespace, logFile: join(folder, 'temporal.log') })
  let server = await start()
  const connection = await Connection.connect({ address: server.address })
  return {
    address: server.address,
    namespace,
    webUiUrl: server.webUiUrl,
    temporal: new Client({ connection, namespace, dataConverter: testDataConverter }),
    async loseData() {
      await server.service.stop()
      server = await start()
      await connection.withDeadline(Date.now() + 30_000, () => connection.ensureConnected())
    },
    async close() {
      await connection.close()
      await server.service.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
