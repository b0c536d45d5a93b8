import type { Client } from '@temporalio/client'
import type { Config } from '../config.js'
import { scopes } from '../client/operators/scopes.js'
import type { Database } from '../store/database.js'
import type { Cipher } from '../store/encryption/cipher.js'
import { loadHandlers, type HandlerRegistry } from './registry.js'
import { remoteControl } from './remote-control/remote-control.js'
import { tellRun, type TellRun } from './remote-control/tell-run.js'

/** What a worker handles updates of bots with. */
export type Telegram = { handlers: HandlerRegistry; tellRun: TellRun; telegramUrl: string | undefined }

/** @throws ConfigError */
export async function prepareTelegram({
  settings: { telegramUrl, telegramHandlers, encryptionKey },
  temporal,
  database,
  cipher,
}: {
  settings: Pick<Config, 'telegramUrl' | 'telegramHandlers' | 'encryptionKey'>
  temporal: Client
  database: Database
  cipher: Cipher
}): Promise<Telegram> {
  const forOperator = scopes({
    temporal,
    database,
    telegramUrl,
    via: 'chat',
    ...(encryptionKey && { encryptionKey }),
  })
  const ours = remoteControl({ database, cipher, forOperator })
  return { handlers: await loadHandlers(ours, telegramHandlers), tellRun: tellRun(forOperator), telegramUrl }
}
