import { join } from 'node:path'
import { newToken } from '../../src/client/operators/secrets.js'
import { allRoutes } from '../../src/api/v1/routes/all.js'
import { nameOf } from '../../src/api/v1/v1.js'
import { startTelegram } from '../../simulator/telegram/telegram.js'
import { startApi } from '../shared/api-processes.js'
import { ask } from '../shared/ask.js'
import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { fuzzUsage, readOptions } from './options.js'
import { askAsNobody } from './public.js'
import { pythonWithSchemathesis } from './python.js'
import { reportText, resultOf } from './report.js'
import { createFuzzScene } from './scene.js'
import { runSchemathesis, type Fuzzed, type Who } from './schemathesis.js'
import { settingsText } from './settings.js'

/** Of what one who is not known is told there is little to find. */
const shareOfStrangers = 0.2

/** `npm run fuzz`: Schemathesis, and what it finds. */
runProgram('fuzz', {
  usage: fuzzUsage,
  readOptions,
  async work({ home, examples, seed, isJson }, { progress, say, stream, closers, interrupted: { signal } }) {
    const python = await pythonWithSchemathesis({ say, signal })
    const telegram = await startTelegram()
    closers.add(async () => await telegram.close())
    const system = await startSystem({
      // No bot at Telegram itself is asked for.
      settings: { CARILLON_TELEGRAM_URL: telegram.url },
      home,
      workers: 1,
      isTemporalInMemory: true,
      progress,
      signal,
      closers,
    })
    const { url } = await startApi(system, { name: 'api', closers })
    const names = await createFuzzScene(system, { telegram, url, closers, signal })
    const { token, secret } = await system.client.tokens.create({ name: 'fuzz', role: 'owner' })
    // Who revokes it shows nothing any more.
    names.kept.token.push(token.name, token.id)

    const fuzz = async (who: Who, bearer?: string): Promise<Fuzzed> => {
      say(`Schemathesis as ${who}`)
      return await runSchemathesis({
        python,
        url,
        who,
        token: bearer,
        names,
        settings: settingsText({
          names,
          examples: who === 'owner' ? examples : Math.ceil(examples * shareOfStrangers),
          seed,
          hasToken: bearer !== undefined,
        }),
        folder: join(system.logsDir, 'schemathesis'),
        signal,
      })
    }
    const asNobody = await askAsNobody(url)
    const fuzzed = {
      nobody: await fuzz('nobody'),
      stranger: await fuzz('stranger', newToken()),
      owner: await fuzz('owner', secret),
    }
    const { status } = await ask(`${url}/v1/accounts`, { headers: { authorization: `Bearer ${secret}` } })
    const result = resultOf({ fuzzed, routes: allRoutes.map(nameOf), isTokenGood: status === 200, asNobody })
    return conclude({ stream }, { text: reportText(result), logsDir: system.logsDir, isJson, result })
  },
})
