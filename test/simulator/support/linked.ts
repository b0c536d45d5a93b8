/** An account that is linked by QR, as every app is before it can do anything. */
import type { RunningSimulator } from './process.js'
import { App, createAuth, type AuthState } from './baileys.js'

export const linkByQr = async (simulator: RunningSimulator, account: string): Promise<AuthState> => {
  const { client, endpoints } = simulator
  await client.createAccount({ phone: account })
  const auth = createAuth()
  const app = new App(auth, endpoints)
  await client.scanQr({ account, qr: await app.qr })
  const { code } = await app.closed
  if (code !== 515) throw new Error(`Pairing ended with ${code}, expected 515`)
  return auth
}

export const connect = async (
  simulator: RunningSimulator,
  auth: AuthState,
  ...more: ConstructorParameters<typeof App> extends [unknown, unknown, ...infer Rest] ? Rest : never
): Promise<App> => {
  const app = new App(auth, simulator.endpoints, ...more)
  await app.opened
  return app
}
