import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createSignInLink } from '../../src/client/operators/sign-in-link.js'
import { signInPageOf } from '../../src/settings/api-address.js'
import { describeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { startStack } from '../../src/stack/stack.js'
import { openDatabase } from '../../src/store/database.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { migrate } from '../../src/store/migrate.js'
import { launchBrowser } from '../shared/browser.js'
import { clearHome } from '../shared/fresh-home.js'
import { startProgram } from '../shared/program.js'
import { conclude, runProgram } from '../shared/run-program.js'
import { measureConsole } from './measure.js'
import { consoleUsage, readOptions } from './options.js'
import { isGood, reportText } from './report.js'
import { fillConsole, operator } from './scene.js'

/** `npm run proof:console`: what the console's pages cost with ten thousand of everything. */
runProgram('console', {
  usage: consoleUsage,
  readOptions,
  async work(
    { reminders, targets, letters, home, isJson },
    { progress, say, stream, closers, interrupted: { signal } },
  ) {
    await clearHome(home, progress)
    const env = {
      ...process.env,
      CARILLON_TEMPORAL_PORT: '0',
      CARILLON_UI_PORT: '0',
      CARILLON_POSTGRES_PORT: '0',
    }
    const stack = await startStack({ home, env, progress, signal, isThrowaway: true })
    closers.add(async () => await stack.close())
    const { temporalAddress, databaseUrl } = stack
    const key = randomBytes(32)
    const settings = {
      DATABASE_URL: databaseUrl,
      CARILLON_ENCRYPTION_KEY: key.toString('base64'),
      CARILLON_OPERATOR: operator,
    }
    const ring = KeyRing.of(key)
    const database = openDatabase(databaseUrl, { ring, maxConnections: 4 })
    closers.add(async () => await database.end())
    await migrate(database)
    const scene = await fillConsole(database, { reminders, targets, say })
    signal.throwIfAborted()

    const { logsDir } = describeHome(home)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const api = startProgram({
      program: 'proofs/shared/api-main.js',
      env: {
        ...settings,
        TEMPORAL_ADDRESS: temporalAddress,
        CARILLON_API_PORT: String(port),
        CARILLON_API_HOST: '127.0.0.1',
      },
      logFile: join(logsDir, 'api.log'),
    })
    closers.add(async () => {
      api.signal('SIGTERM')
      await api.exited
    })
    await api.line((line) => line.includes('"api listening"'))
    const browser = await launchBrowser()
    closers.add(async () => await browser.close())
    const { url: link } = await createSignInLink(database, { operator, page: signInPageOf(url) })
    const measured = await measureConsole(browser, { url, link, scene, letters, say })
    return conclude(
      { stream },
      { text: reportText(measured), logsDir, isJson, result: { ...measured, isGood: isGood(measured) } },
    )
  },
})
