import type { Client } from '@temporalio/client'
import type { Config } from '../config.js'
import { scopes } from '../client/operators/scopes.js'
import type { Database } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { loadHandlers, type HandlerRegistry } from './registry.js'
import { remoteControl } from './remote-control/remote-control.js'
import { tellRun, type TellRun } from './remote-control/tell-run.js'

/** What a worker handles updates of bots with. */
export type Telegram = { handlers: HandlerRegistry; tellRun: TellRun; telegramUrl: string | undefined }

/** @throws ConfigError */
export async function prepareTelegram({
  settings: { telegramUrl, telegramHandlers },
  temporal,
  database,
  ring,
}: {
  settings: Pick<Config, 'telegramUrl' | 'telegramHandlers'>
  temporal: Client
  database: Database
  ring: KeyRing
}): Promise<Telegram> {
  const forOperator = scopes({
    temporal,
    database,
    telegramUrl,
    via: 'chat',
  })
  const ours = remoteControl({ database, ring, forOperator })
  return { handlers: await loadHandlers(ours, telegramHandlers), tellRun: tellRun(forOperator), telegramUrl }
}
