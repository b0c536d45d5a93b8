import { signInPageOf } from '../../../src/settings/api-address.js'
import { createSignInLink } from '../../../src/client/operators/sign-in-link.js'
import { freePort } from '../../../src/stack/ports.js'
import { testKey } from '../../support/database.js'
import { startProgram, type Started } from '../../support/processes.js'
import type { System } from '../../support/system.js'

/** The API as a process of its own, which can be killed and started again at the same address. */
export type ApiProcess = {
  url: string
  link(): Promise<string>
  start(): Promise<void>
  kill(): Promise<void>
}

export async function startApiProcess(system: System): Promise<ApiProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running: Started | undefined
  const api: ApiProcess = {
    url,
    link: async () =>
      (await createSignInLink(system.database, { operator: system.operator, page: signInPageOf(url) })).url,
    async start() {
      running = startProgram('api', ['dist/src/api-main.js'], {
        TEMPORAL_ADDRESS: system.address,
        TEMPORAL_NAMESPACE: system.namespace,
        DATABASE_URL: system.databaseUrl,
        CARILLON_OPERATOR: system.operator,
        CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
        CARILLON_API_PORT: String(port),
      })
      await running.line((line) => line.includes('"api listening"'))
    },
    async kill() {
      await running?.stop('SIGKILL')
      running = undefined
    },
  }
  await api.start()
  return api
}
